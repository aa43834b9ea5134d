/** What every part of the form needs: the document, how it is changed, and what is wrong with it. */
import { createContext, useContext } from 'react';
import type { Validation } from '../../../../../core/api/scenarios.ts';
import { type Path, pathText } from '../../../../../core/input/problems.ts';
import type { Edit } from '../document/apply-edit.ts';
import type { EditableDocument } from '../document/editable-document.ts';

export interface Form {
  document: EditableDocument;
  isReadOnly: boolean;
  problems: Validation['problems'];
  /** `place`: what is changed, so that what is typed there in one go is undone in one go. */
  edit(place: Path, edit: Edit): void;
  showInYaml(path: Path): void;
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (form === null) throw new Error('there is no form around this component');
  return form;
}

/** What is wrong at just this place; empty when nothing is. */
export function problemsAt({ problems }: Form, path: Path): string {
  const at = pathText(path);
  return problems.flatMap((problem) => (problem.path === at ? [sentence(problem.message)] : [])).join(' ');
}

/** What is wrong there and below. */
export function problemsBelow({ problems }: Form, path: Path): string[] {
  const at = pathText(path);
  return problems.flatMap((problem) =>
    problem.path === at || problem.path.startsWith(`${at}.`) || problem.path.startsWith(`${at}[`)
      ? [sentence(problem.message)]
      : [],
  );
}

/** Messages read on after their path. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
