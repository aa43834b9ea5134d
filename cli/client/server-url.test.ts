import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { isLoopback, readServerUrl } from './server-url.ts';

describe('the address of a server', () => {
  it('has one form, however it is written', () => {
    const forms: [string, string][] = [
      ['https://loadstar.example.com', 'https://loadstar.example.com'],
      [' HTTPS://Loadstar.Example.com:443/ ', 'https://loadstar.example.com'],
      ['loadstar.example.com', 'https://loadstar.example.com'],
      ['loadstar.example.com:8443/tests/', 'https://loadstar.example.com:8443/tests'],
      ['localhost:8080', 'http://localhost:8080'],
      ['127.0.0.1:8080/api', 'http://127.0.0.1:8080'],
      ['http://127.0.0.1:8080/api/', 'http://127.0.0.1:8080'],
    ];
    for (const [text, form] of forms) expect([text, readServerUrl(text, 'URL')]).toEqual([text, form]);
  });

  it('is refused when it is none, without repeating a password', () => {
    const wrong = [
      '',
      'ftp://a',
      'http://',
      'https://me:secret@host',
      'https://host/?a=secret',
      'https://host#secret',
      '::',
    ];
    for (const text of wrong) {
      const refused = (() => {
        try {
          return readServerUrl(text, '--server');
        } catch (error) {
          return error;
        }
      })();
      expect([text, refused instanceof LoadstarError && refused.code]).toEqual([text, 'option_invalid']);
      expect(JSON.stringify((refused as LoadstarError).fields)).not.toContain('secret');
    }
  });

  it('is one of this machine only by a name that cannot be another', () => {
    const own = ['http://localhost:1', 'http://127.0.0.1:8080', 'https://127.9.9.9', 'http://[::1]:8080'];
    const others = ['http://127.0.0.1.example.com', 'http://localhost.example.com', 'http://10.0.0.1', 'http://[::2]'];
    expect(own.map(isLoopback)).toEqual(own.map(() => true));
    expect(others.map(isLoopback)).toEqual(others.map(() => false));
  });
});
