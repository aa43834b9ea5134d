/** How somebody wants the console to look: kept in their browser. */
import { applyDensity, applyMode, Density, Mode } from '@cloudscape-design/global-styles';
import { createContext, useContext } from 'react';

export interface Preferences {
  mode: 'light' | 'dark' | 'system';
  density: 'comfortable' | 'compact';
  /** IANA name; `local` is the browser's. */
  timeZone: string;
}

export const preferencesDefault: Preferences = { mode: 'system', density: 'comfortable', timeZone: 'local' };
const STORAGE_KEY = 'loadstar.preferences';

export interface PreferencesControl {
  preferences: Preferences;
  /** Dark now, whatever decided so. */
  isDark: boolean;
  change(change: Partial<Preferences>): void;
}

export const PreferencesContext = createContext<PreferencesControl>({
  preferences: preferencesDefault,
  isDark: false,
  change: () => {},
});

export const usePreferences = (): PreferencesControl => useContext(PreferencesContext);

/** What cannot be read, or is no time zone here, is left out. */
export function loadPreferences(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<Preferences>;
    const { mode, density, timeZone } = { ...preferencesDefault, ...stored };
    return {
      mode: mode === 'light' || mode === 'dark' ? mode : 'system',
      density: density === 'compact' ? 'compact' : 'comfortable',
      timeZone: isTimeZone(timeZone) ? timeZone : 'local',
    };
  } catch {
    return preferencesDefault;
  }
}

export function storePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing: they hold until the tab is closed.
  }
}

const systemIsDark = () => window.matchMedia('(prefers-color-scheme: dark)');

export function isDarkMode({ mode }: Preferences): boolean {
  return mode === 'system' ? systemIsDark().matches : mode === 'dark';
}

/** Calls back when the system turns dark or light; returns how to stop. */
export function watchSystemMode(onChange: () => void): () => void {
  const query = systemIsDark();
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

export function applyPreferences(preferences: Preferences): void {
  applyMode(isDarkMode(preferences) ? Mode.Dark : Mode.Light);
  applyDensity(preferences.density === 'compact' ? Density.Compact : Density.Comfortable);
}

function isTimeZone(name: unknown): name is string {
  if (name === 'local') return true;
  if (typeof name !== 'string') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
