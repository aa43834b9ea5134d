import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import {
  applyPreferences,
  isDarkMode,
  loadPreferences,
  type Preferences,
  PreferencesContext,
  storePreferences,
  watchSystemMode,
} from './preferences.ts';

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(loadPreferences);
  const [isDark, setIsDark] = useState(() => isDarkMode(preferences));

  useEffect(() => {
    const apply = () => {
      applyPreferences(preferences);
      setIsDark(isDarkMode(preferences));
    };
    apply();
    return watchSystemMode(apply);
  }, [preferences]);

  const change = useCallback(
    (changed: Partial<Preferences>) =>
      setPreferences((before) => {
        const after = { ...before, ...changed };
        storePreferences(after);
        return after;
      }),
    [],
  );
  const control = useMemo(() => ({ preferences, isDark, change }), [preferences, isDark, change]);
  return <PreferencesContext value={control}>{children}</PreferencesContext>;
}
