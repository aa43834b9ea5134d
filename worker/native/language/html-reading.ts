/** What `html.ts` loads. */
export { compileCss } from './css-query.ts';
export { parseHtml, textOf } from './html-document.ts';
export { htmlTree } from './html-tree.ts';
