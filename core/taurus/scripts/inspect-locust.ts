/** What a Locust script says of its load. It is read line by line: what Python would make of it is known only to Python. */
import { factsOf, type ScriptFacts, unknownShape } from './script-facts.ts';

const CLASS = /^class\s+(\w+)\s*(?:\(([^)]*)\))?\s*:/gm;
const OPENED = /\bopen\(\s*(?:r?["'])([^"'\\\n]+)["']\s*[,)]/g;
const ABSTRACT = /^\s+abstract\s*=\s*True\b/m;

export function inspectLocust(text: string): ScriptFacts {
  // What stands in texts over several lines and in comments is no code.
  const code = text
    .replaceAll('\r\n', '\n')
    .replace(/("""|''')[\s\S]*?\1/g, '""')
    .replace(/^([ \t]*)#.*$/gm, '$1');
  const classes = [...code.matchAll(CLASS)].map((match) => {
    const rest = code.slice(match.index + match[0].length);
    const body = rest.slice(0, /^\S/m.exec(rest.slice(1))?.index ?? rest.length);
    return {
      name: match[1] ?? '',
      bases: (match[2] ?? '').split(',').map((base) => base.trim().split('.').at(-1) ?? ''),
      isAbstract: ABSTRACT.test(body),
    };
  });
  const shape = classes.find(
    ({ bases, isAbstract }) => bases.some((base) => /LoadTestShape$/.test(base)) && !isAbstract,
  );
  const users = classes.filter(({ bases, isAbstract }) => bases.some((base) => /User$/.test(base)) && !isAbstract);
  // Another module may have it.
  const mayImport = /^\s*from\s+(?!locust\b)\S+\s+import\s+(\*|[^\n]*Shape\b)/m.test(code);
  return factsOf({
    hasShape: shape !== undefined || mayImport,
    shape: {
      ...unknownShape,
      parts: [
        ...(shape === undefined ? [] : [`load test shape ${shape.name}`]),
        ...users.map(({ name }) => `users of class ${name}`).slice(0, 50),
      ],
    },
    dataFiles: [
      ...new Set([...code.matchAll(OPENED)].map(([, path = '']) => path).filter((path) => !path.startsWith('/'))),
    ],
  });
}
