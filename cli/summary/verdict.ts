/** How a run ended, in words and as an exit code. */
import { exitCodes } from '../../core/errors.ts';
import type { Report } from '../../core/report/report.ts';
import { formatCount } from '../terminal/numbers.ts';
import type { Style } from '../terminal/style.ts';
import { printable } from '../terminal/text.ts';

/** The exit code of `loadstar run`. An interrupted run is one however good its partial report looks. */
export function exitCodeOf(report: Report, interrupted: boolean): number {
  if (interrupted || report.status === 'cancelled') return exitCodes.interrupted;
  if (report.verdict === 'invalid') return exitCodes.runFailed;
  if (report.verdict === 'failed') return exitCodes.criterionFailed;
  return report.status === 'failed' ? exitCodes.runFailed : exitCodes.passed;
}

/** What neither the verdict's line nor the generators' lines say of the remarks. */
export function remarksLeft(report: Report): string[] {
  const remarks = report.remarks.map(printable);
  const deciding = restsOnRemark(report) ? decidingRemark(report) : null;
  const left = remarks.map((remark, at) => (at === deciding ? sentenceAndRest(remark)[1] : remark));
  const said = report.generators.flatMap(({ remarks }) =>
    remarks.map((remark) => printable(remark).replace(/^lost: /, '')),
  );
  return left
    .map((remark) => {
      const sentences = remark.split('. ').filter((sentence) => !said.some((words) => sentence.includes(words)));
      return sentences.join('. ');
    })
    .filter((remark) => remark !== '');
}

function restsOnRemark({ status, verdict }: Report): boolean {
  return verdict === 'invalid' || (status === 'failed' && verdict !== 'failed');
}

/** Which remark says why: of an invalid run, which may have been stopped or have failed besides, the one on that. */
function decidingRemark({ remarks, verdict }: Report): number {
  return verdict === 'invalid'
    ? Math.max(
        0,
        remarks.findIndex((remark) => /^invalid: /i.test(remark)),
      )
    : 0;
}

/** The first sentence of a remark, without the verdict's own word in front of it, and what follows. */
function sentenceAndRest(remark: string): [string, string] {
  const text = printable(remark).replace(/^(invalid|failed): /i, '');
  const end = text.indexOf('. ');
  return end < 0 ? [text.replace(/\.$/, ''), ''] : [text.slice(0, end), text.slice(end + 2)];
}

/** One line: the verdict in capitals and what it rests on. */
export function verdictLine(report: Report, style: Style): string {
  const { word, paint, because } = verdictOf(report, style);
  return `${paint(style.bold(word))}  ${because}`;
}

function verdictOf(report: Report, style: Style): { word: string; paint: (text: string) => string; because: string } {
  const { criteria, remarks } = report;
  const [why] = sentenceAndRest(remarks[decidingRemark(report)] ?? '');
  const failed = criteria.filter((criterion) => !criterion.passed).length;
  if (report.status === 'cancelled') {
    return { word: 'CANCELLED', paint: style.yellow, because: 'the report holds what was measured until then' };
  }
  if (report.verdict === 'invalid') {
    const because = why || 'a load generator was unhealthy: the numbers do not tell about the target';
    return { word: 'INVALID', paint: style.red, because };
  }
  if (report.verdict === 'failed') {
    return {
      word: 'FAILED',
      paint: style.red,
      because: failed === 0 ? why : `${formatCount(failed)} of ${formatCount(criteria.length)} criteria did not hold`,
    };
  }
  if (report.status === 'failed') {
    return { word: 'RUN FAILED', paint: style.red, because: why || 'it could not be carried out' };
  }
  if (report.verdict === 'passed') {
    return {
      word: 'PASSED',
      paint: style.green,
      because: `${formatCount(criteria.length)} of ${formatCount(criteria.length)} criteria held`,
    };
  }
  const because = criteria.length === 0 ? 'no pass/fail criteria to judge by' : 'nothing was measured to judge';
  return { word: 'DONE', paint: style.green, because };
}
