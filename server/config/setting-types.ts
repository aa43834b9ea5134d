/** What several settings are made of. */
import { z } from 'zod';

const TEXT_MAX = 1_000;

/** Without white space and control characters. */
export const word = (what: string) =>
  z
    .string(`${what} is expected.`)
    .min(1, `${what} is expected.`)
    .max(TEXT_MAX, `${what} has at most ${TEXT_MAX} characters.`)
    .regex(/^[^\s\p{Cc}]*$/u, `${what} has no white space in it.`);

export const filePath = (what: string) =>
  z
    .string(`The path of ${what} is expected.`)
    .min(1, `The path of ${what} is expected.`)
    .regex(/^[^\0]*$/, `The path of ${what} holds a NUL character.`);

/** One line of text. */
export const line = (what: string) =>
  z
    .string(`${what} is expected.`)
    .min(1, `${what} is expected.`)
    .max(TEXT_MAX, `${what} has at most ${TEXT_MAX} characters.`)
    .regex(/^[^\p{Cc}]*$/u, `${what} is one line.`);
