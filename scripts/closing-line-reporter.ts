/** Prints why tests were skipped and, last of all, the one line that people and CI read: `N passed, N failed, N skipped`. */
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped = new Map<string, number>();
    for (const module of modules) {
      let failedInModule = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed++;
        else if (result.state === 'failed') failedInModule++;
        else {
          const reason = ('note' in result && result.note) || `no reason given: ${test.fullName}`;
          skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
        }
      }
      // A file that could not be loaded has no tests, and must not pass for that.
      if (failedInModule === 0 && module.state() === 'failed') failedInModule = 1;
      failed += failedInModule;
    }
    let skippedCount = 0;
    for (const [reason, count] of skipped) {
      skippedCount += count;
      console.log(`skipped ${count}: ${reason}`);
    }
    console.log(`${passed} passed, ${failed} failed, ${skippedCount} skipped`);
  }
}
