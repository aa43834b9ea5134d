/**
 * What Node is started with for a task. V8 lets its young generation grow with what survives, to tens of megabytes once some thousand users have
 * come; at full rate it holds 8 MB anyway, and less makes it collect more often (BENCHMARKS.md, memory of a thinking user).
 */
export const taskNodeFlags: readonly string[] = ['--max-semi-space-size=8'];
