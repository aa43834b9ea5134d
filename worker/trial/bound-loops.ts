/** A program whose loops end soon: who tries a scenario wants to see what comes behind them. */
import { limits } from '../../core/limits.ts';
import type { Instruction, Program } from '../native/compile/program.ts';
import type { Text } from '../native/compile/texts.ts';

/** `onCut` is told how often a loop would have gone around, null: without end, each time that it is kept from it. */
export function boundLoops(program: Program, onCut: (times: number | null) => void): Program {
  return { ...program, instructions: program.instructions.map((each) => bound(each, onCut)) };
}

function bound(instruction: Instruction, onCut: (times: number | null) => void): Instruction {
  if (instruction.op === 'loop') return { ...instruction, times: boundTimes(instruction.times, onCut) };
  return instruction;
}

/** Null: forever, as is -1. */
function boundTimes(times: Text | null, onCut: (times: number | null) => void): Text {
  const most = limits.trialLoopRoundsMax;
  return {
    constant: null,
    fill(scope) {
      const text = times?.fill(scope) ?? '-1';
      // What is no number is none, as it is in a run.
      const count = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : 0;
      if (count >= 0 && count <= most) return text;
      onCut(count < 0 ? null : count);
      return String(most);
    },
  };
}
