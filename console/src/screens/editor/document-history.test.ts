import { describe, expect, it } from 'vitest';
import { changed, redone, startHistory, undone } from './document-history.ts';

describe('the history of a document', () => {
  it('undoes in one go what was typed in one go in one place', () => {
    let history = startHistory('');
    for (const [index, text] of ['a', 'ab', 'abc'].entries()) history = changed(history, text, 'name', index * 100);
    history = changed(history, 'abc d', 'label', 350);
    history = changed(history, 'abc de', 'label', 5_000);
    const texts = [history.text];
    for (let i = 0; i < 4; i++) {
      history = undone(history);
      texts.push(history.text);
    }
    expect(texts).toEqual(['abc de', 'abc d', 'abc', '', '']);
  });

  it('does again what was undone, until something else is done', () => {
    const two = changed(changed(startHistory('0'), '1', 'x', 0), '2', 'y', 0);
    const back = undone(undone(two));
    expect(redone(redone(back)).text).toBe('2');
    expect(redone(redone(redone(back))).text).toBe('2');
    expect(redone(changed(undone(two), '3', 'z', 0)).text).toBe('3');
  });

  it('does not go on with what was undone', () => {
    const history = changed(undone(changed(startHistory('0'), '1', 'x', 0)), '2', 'x', 1);
    expect(undone(history).text).toBe('0');
  });

  it('knows no change that changes nothing', () => {
    const history = startHistory('0');
    expect(changed(history, '0', 'x', 0)).toBe(history);
  });
});
