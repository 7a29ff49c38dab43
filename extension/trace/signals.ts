/** Names of signals. Most numbers differ between systems; those of these two families are enough. */
const COMMON: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  6: "SIGABRT",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  28: "SIGWINCH",
};
const LINUX: Readonly<Record<number, string>> = {
  10: "SIGUSR1",
  12: "SIGUSR2",
  17: "SIGCHLD",
  18: "SIGCONT",
  20: "SIGTSTP",
};
const BSD: Readonly<Record<number, string>> = {
  18: "SIGTSTP",
  19: "SIGCONT",
  20: "SIGCHLD",
  30: "SIGUSR1",
  31: "SIGUSR2",
};

/** `platform` as Python's `sys.platform` says it. */
export function signalName(signal: number, platform: string): string {
  const own = platform === "linux" ? LINUX : /^(darwin|freebsd)/.test(platform) ? BSD : {};
  return COMMON[signal] ?? own[signal] ?? `${signal}`;
}
