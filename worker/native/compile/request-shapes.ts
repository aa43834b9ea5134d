/** What a step's requests to an origin have in common, worked out once for each origin. */
import type { TemplateScope } from '../../../core/language/template.ts';
import type { Failure } from '../failure.ts';
import type { Origins } from '../protocols/http1/origins.ts';
import { compileShape, type RequestNeeds, type RequestShape, type ShapeParts } from '../protocols/http1/request.ts';
import type { CompiledHeaders } from './compile-headers.ts';

/** Variables may lead to any number of origins; beyond this many, shapes are made anew. */
const SHAPES_KEPT_MAX = 100;

export class RequestShapes {
  #parts: Omit<ShapeParts, 'url' | 'headers'>;
  #headers: CompiledHeaders;
  #needs: RequestNeeds;
  #origins: Origins;
  #last: { origin: string; shape: RequestShape } | null = null;
  #byOrigin = new Map<string, RequestShape>();

  constructor(
    parts: Omit<ShapeParts, 'url' | 'headers'>,
    headers: CompiledHeaders,
    needs: RequestNeeds,
    origins: Origins,
  ) {
    this.#parts = parts;
    this.#headers = headers;
    this.#needs = needs;
    this.#origins = origins;
  }

  of(origin: string, scope: TemplateScope): RequestShape | Failure {
    if (this.#last !== null && this.#last.origin === origin) return this.#last.shape;
    const known = this.#byOrigin.get(origin);
    if (known !== undefined) return known;
    const headers = this.#headers.names(scope);
    if ('type' in headers) return headers;
    const shape = compileShape({ ...this.#parts, url: new URL(origin), headers }, this.#needs, this.#origins);
    if (this.#headers.namesChange) return shape;
    this.#last = { origin, shape };
    if (this.#byOrigin.size < SHAPES_KEPT_MAX) this.#byOrigin.set(origin, shape);
    return shape;
  }
}
