/** Whether two lists of facts are not the same facts. */
export function differ(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length !== others.length || some.some((fact, i) => fact !== others[i]);
}
