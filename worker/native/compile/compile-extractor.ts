import type { TemplateScope } from '../../../core/language/template.ts';
import type { Extractor } from '../../../core/scenario/scenario.ts';
import type { ResponseView } from '../protocols/protocol.ts';
import { invalid } from './texts.ts';

export interface CompiledExtractor {
  readonly needsHead: boolean;
  readonly needsBody: boolean;
  extract(response: ResponseView, embedded: readonly ResponseView[], scope: TemplateScope): void;
}

export function compileExtractor(extractor: Extractor, path: string): CompiledExtractor {
  throw invalid(path, `extractors of kind ${extractor.kind} are not known`);
}
