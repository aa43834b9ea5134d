/** What `html.ts` loads. */
export { findResources } from '../protocols/http1/resources/find-resources.ts';
export { compileCss } from './css-query.ts';
export { parseHtml, textOf } from './html-document.ts';
export { htmlTree } from './html-tree.ts';
