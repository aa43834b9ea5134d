/** The schema of a secret's name. Apart from the name itself, so that a task's threads need not load what reads schemas. */
import { z } from 'zod';
import { SECRET_NAME } from './secret-name.ts';

export const secretNameSchema = z
  .string()
  .regex(SECRET_NAME, 'A name is letters, digits and underscores, at most 64, and begins with no digit.');
