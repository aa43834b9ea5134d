/** What the plugin that renders documents makes of the README: HTML. */
declare module '*.md?documents' {
  const html: string;
  export default html;
}
