/** The exit codes, as the commands that end with them explain them. */
import { exitCodes } from '../../core/errors.ts';

export const exitCodesHelp = `
Exit codes:
  ${exitCodes.passed}    passed: every pass/fail criterion held, or there was none
  ${exitCodes.criterionFailed}    a pass/fail criterion failed
  ${exitCodes.badInput}    bad input: the command line or the scenario
  ${exitCodes.runFailed}    the run failed, or its numbers are invalid
  ${exitCodes.interrupted}  interrupted: the partial report is still written
`;
