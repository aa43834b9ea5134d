/** Where the document is written: YAML with its syntax in colour, and a mark at each line that something is wrong with. */
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { forceLinting, linter } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { basicSetup, EditorView } from 'codemirror';
import { useEffect, useRef } from 'react';
import type { Validation } from '../../../../core/api/scenarios.ts';
import { usePreferences } from '../../preferences/preferences.ts';
import { placeOf } from './document/place-of.ts';

interface YamlEditorProps {
  text: string;
  problems: Validation['problems'];
  /** A line to go to. */
  target: { line: number } | null;
  onChange(text: string): void;
}

/** Colours that can be told from the page in either mode. */
const colours = (isDark: boolean) =>
  HighlightStyle.define(
    isDark
      ? [
          { tag: tags.definition(tags.propertyName), color: '#8ec7ff' },
          { tag: tags.string, color: '#9be39b' },
          { tag: tags.comment, color: '#b5bdc9' },
          { tag: [tags.keyword, tags.typeName, tags.labelName], color: '#ffc078' },
        ]
      : [
          { tag: tags.definition(tags.propertyName), color: '#0b4aa2' },
          { tag: tags.string, color: '#116329' },
          { tag: tags.comment, color: '#57606a' },
          { tag: [tags.keyword, tags.typeName, tags.labelName], color: '#8a3a00' },
        ],
  );

const look = (isDark: boolean) => [
  syntaxHighlighting(colours(isDark)),
  EditorView.theme(
    {
      '&': { fontSize: '13px', border: '1px solid #8c96a5', borderRadius: '8px', maxHeight: '60vh' },
      '.cm-scroller': { fontFamily: 'ui-monospace, monospace', minHeight: '320px' },
      '.cm-gutters': { backgroundColor: 'transparent', border: 'none' },
    },
    { dark: isDark },
  ),
];

function marksOf(problems: () => Validation['problems']) {
  return linter(
    ({ state }) =>
      problems().map(({ path, message }) => {
        const line = state.doc.line(Math.min(state.doc.lines, placeOf(state.doc.toString(), path)));
        return { from: line.from, to: line.to, severity: 'error' as const, message: `${path} ${message}` };
      }),
    { delay: 100 },
  );
}

export default function YamlEditor({ onChange, problems, target, text }: YamlEditorProps) {
  const { isDark } = usePreferences();
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const theme = useRef(new Compartment());
  /** Texts that were written here and have not come back yet: what comes back late must not undo what was typed since. */
  const told = useRef<string[]>([]);
  const isFollowing = useRef(false);
  const latest = useRef({ text, problems, onChange });
  latest.current = { text, problems, onChange };

  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const made = new EditorView({
      parent: element,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          basicSetup,
          yaml(),
          marksOf(() => latest.current.problems),
          theme.current.of(look(false)),
          EditorView.contentAttributes.of({ 'aria-label': 'The document of the scenario' }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (!docChanged || isFollowing.current) return;
            const written = state.doc.toString();
            told.current.push(written);
            latest.current.onChange(written);
          }),
        ],
      }),
    });
    // A long document is scrolled by keys too.
    made.scrollDOM.tabIndex = 0;
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: theme.current.reconfigure(look(isDark)) });
  }, [isDark]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new problems are what is to be marked.
  useEffect(() => {
    if (view.current !== null) forceLinting(view.current);
  }, [problems]);

  // What the form changed: only that part is replaced, so that the cursor stays.
  useEffect(() => {
    const own = told.current.lastIndexOf(text);
    told.current.splice(0, own === -1 ? told.current.length : own + 1);
    const change = own !== -1 || view.current === null ? null : changeBetween(view.current.state.doc.toString(), text);
    if (change === null) return;
    isFollowing.current = true;
    view.current?.dispatch({ changes: change });
    isFollowing.current = false;
  }, [text]);

  useEffect(() => {
    const { current } = view;
    if (current === null || target === null) return;
    const { from } = current.state.doc.line(Math.min(current.state.doc.lines, Math.max(1, target.line)));
    current.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
    current.focus();
  }, [target]);

  return <div ref={holder} />;
}

/** The one part that differs; null when nothing does. */
function changeBetween(before: string, after: string): { from: number; to: number; insert: string } | null {
  if (before === after) return null;
  let from = 0;
  while (from < before.length && from < after.length && before[from] === after[from]) from++;
  let end = 0;
  const longest = Math.min(before.length, after.length) - from;
  while (end < longest && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}
