/** Colours of charts, told apart by people who see few colours too, for both modes. */
const light = ['#0f62c4', '#c2410c', '#15803d', '#9333ea', '#b91c5c', '#0e7490', '#854d0e', '#4b5563'];
const dark = ['#6cb4ff', '#ff9a5c', '#5fd38a', '#c99bff', '#ff8ab5', '#5fd0e0', '#e8c35a', '#aab4c3'];

export const seriesColour = (index: number, isDark: boolean): string => {
  const palette = isDark ? dark : light;
  return palette[index % palette.length]!;
};

export const chartColours = (isDark: boolean) =>
  isDark
    ? { axis: '#b6bec9', grid: '#2f3a48', background: '#161d26', bad: '#ff7a7a' }
    : { axis: '#424650', grid: '#e3e6ea', background: '#ffffff', bad: '#c81e1e' };
