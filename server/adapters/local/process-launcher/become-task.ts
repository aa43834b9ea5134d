/**
 * The process of a task that is started by a command of its region, or as another user: it has claimed the task (`claim-task.ts`) and becomes
 * what it is told, keeping its number and its start, by which the launcher knows it.
 *
 *     node --import claim-task.ts become-task.ts '{"user": ..., "program": "/usr/bin/ssh", "args": [...]}'
 */
import { z } from 'zod';

const orderSchema = z.strictObject({
  user: z.strictObject({ name: z.string(), uid: z.int().min(1), gid: z.int().min(0) }).nullable(),
  program: z.string(),
  args: z.array(z.string()),
});

const { user, program, args } = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
// The launcher's own folder is nobody else's to be in.
process.chdir('/');
if (user !== null) becomeUser(user);
// Only Windows has none.
process.execve?.(program, [program, ...args], process.env);

/** For good: the real user, the effective one and the saved one, and all groups. */
function becomeUser({ name, uid, gid }: { name: string; uid: number; gid: number }): void {
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  if (process.getuid?.() !== uid || process.geteuid?.() !== uid || process.getegid?.() !== gid) {
    throw new Error(`this process could not become the user ${name}`);
  }
}
