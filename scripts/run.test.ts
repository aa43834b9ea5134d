import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
let project: string;

/** A project with this one's starters, a lock file with one package, and an npm that does what the test says. */
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'loadstar-starter-'));
  for (const path of [
    'scripts/run.js',
    'scripts/ensure-installed.js',
    'cli/bin/pinned-node.js',
    'cli/bin/loadstar.js',
  ]) {
    cpSync(join(root, path), join(project, path));
  }
  write('package.json', '{"type": "module"}');
  lock('1.0.0');
  write('program.ts', 'console.log("ran on", parseInt(process.versions.node) >= 24, process.argv.slice(2).join());');
});
afterEach(() => rmSync(project, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

function lock(version: string): void {
  const packages = {
    '': { name: 'project' },
    'node_modules/one': { version, integrity: version },
    'node_modules/elsewhere': { version, optional: true },
  };
  write('package-lock.json', JSON.stringify({ packages }));
}

/** An npm whose `install` installs the one package, and Node unless told otherwise; it notes its calls. */
function npmThat(does: { install: boolean; node: 'install' | 'rebuild' | 'never' }): void {
  const installNode = `
    fs.mkdirSync('node_modules/node/bin', { recursive: true });
    fs.rmSync('node_modules/node/bin/node', { force: true });
    fs.symlinkSync(${JSON.stringify(process.execPath)}, 'node_modules/node/bin/node');`;
  write(
    'npm.js',
    `import fs from 'node:fs';
     const [command] = process.argv.slice(2);
     fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
     if (command === 'install') {
       if (!${does.install}) { console.error('npm error network'); process.exit(1); }
       fs.rmSync('node_modules', { recursive: true, force: true });
       fs.mkdirSync('node_modules/one', { recursive: true });
       fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
     }
     if (command === '${does.node}') { ${installNode} }`,
  );
}

function run(program: string, args: string[], environment: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(project, program), ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: join(project, 'npm.js'), ...environment },
  });
}

function npmCalls(): string[] {
  return readFileSync(join(project, 'npm-calls'), 'utf8').trim().split('\n');
}

describe('scripts/run.js', () => {
  it('installs what is missing, once, and runs the program on the pinned Node', () => {
    npmThat({ install: true, node: 'install' });
    const first = run('scripts/run.js', ['program.ts', 'a', '--b']);
    expect(first.stdout).toBe('ran on true a,--b\n');
    expect(first.stderr).toContain('Installing 1 packages');
    expect(run('scripts/run.js', ['program.ts']).stderr).toBe('');
    expect(npmCalls()).toEqual(['install --no-save --loglevel=error --no-fund --no-audit --include=dev']);
  });

  it('installs again when the lock file changed, a folder is gone, or an installation was interrupted', () => {
    npmThat({ install: true, node: 'install' });
    run('scripts/run.js', ['program.ts']);
    lock('2.0.0');
    run('scripts/run.js', ['program.ts']);
    rmSync(join(project, 'node_modules', 'one'), { recursive: true });
    run('scripts/run.js', ['program.ts']);
    rmSync(join(project, 'node_modules', '.package-lock.json'));
    expect(run('scripts/run.js', ['program.ts']).status).toBe(0);
    expect(npmCalls()).toHaveLength(4);
  });

  it('says what to do when the packages cannot be had', () => {
    npmThat({ install: false, node: 'never' });
    const { status, stdout, stderr } = run('scripts/run.js', ['program.ts']);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/npm error network[\s\S]*could not be installed[\s\S]*network connection/);
  });

  it('fetches the pinned Node when its install script did not run', () => {
    npmThat({ install: true, node: 'rebuild' });
    expect(run('scripts/run.js', ['program.ts']).status).toBe(0);
    expect(npmCalls().at(-1)).toBe('rebuild node --loglevel=error');
  });

  it('fetches it again when the one there is for another machine', () => {
    npmThat({ install: true, node: 'rebuild' });
    write('node_modules/node/bin/node', 'not for here');
    write('node_modules/one/package.json', '{}');
    cpSync(join(project, 'package-lock.json'), join(project, 'node_modules', '.package-lock.json'));
    expect(run('scripts/run.js', ['program.ts']).stdout).toContain('ran on true');
    expect(npmCalls()).toEqual(['rebuild node --loglevel=error']);
  });

  it('hands on the exit code', () => {
    npmThat({ install: true, node: 'install' });
    write('program.ts', 'process.exitCode = 7;');
    expect(run('scripts/run.js', ['program.ts']).status).toBe(7);
    expect(run('scripts/run.js', []).status).toBe(3);
  });
});

describe('a Node that is not the pinned one', () => {
  /** The same binary at another path is another Node to the starter. */
  function otherNode(): string {
    const path = join(project, 'node');
    cpSync(process.execPath, path);
    return path;
  }

  function installPinned(): void {
    npmThat({ install: true, node: 'install' });
    run('scripts/run.js', ['program.ts']);
  }

  it('runs the program as a child with its output, arguments and exit code', () => {
    installPinned();
    write('program.ts', 'console.log(process.execPath, process.argv[2]); process.exitCode = 5;');
    const { status, stdout } = spawnSync(otherNode(), ['scripts/run.js', 'program.ts', 'x'], {
      cwd: project,
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([5, `${process.execPath} x\n`]);
  });

  it('passes signals on and ends as its child ended', async () => {
    installPinned();
    write(
      'program.ts',
      `process.on('SIGINT', () => { console.log('interrupted'); });
       process.on('SIGTERM', () => { console.log('terminated'); process.exit(9); });
       setInterval(() => {}, 1000);
       console.log('ready');`,
    );
    const child = spawn(otherNode(), ['scripts/run.js', 'program.ts'], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    await expect.poll(() => said, { timeout: 20_000 }).toContain('ready');
    child.kill('SIGINT');
    await expect.poll(() => said).toContain('interrupted');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([9, null]);
  });
});

describe('cli/bin/loadstar.js', () => {
  it('runs cli/loadstar.ts with its arguments', () => {
    npmThat({ install: true, node: 'install' });
    run('scripts/run.js', ['program.ts']);
    write('cli/loadstar.ts', 'console.log(process.argv.slice(2).join()); process.exitCode = 1;');
    const { status, stdout } = run('cli/bin/loadstar.js', ['run', 'x.yml']);
    expect([status, stdout]).toEqual([1, 'run,x.yml\n']);
  });

  it('says what to do when nothing is installed', () => {
    const { status, stderr } = run('cli/bin/loadstar.js', []);
    expect(status).toBe(3);
    expect(stderr).toMatch(/npm start.*npm install/);
  });

  it('is found through a link, as npm puts one', () => {
    npmThat({ install: true, node: 'install' });
    run('scripts/run.js', ['program.ts']);
    write('cli/loadstar.ts', 'console.log("found");');
    symlinkSync(join(project, 'cli', 'bin', 'loadstar.js'), join(project, 'loadstar'));
    expect(run('loadstar', []).stdout).toBe('found\n');
  });
});
