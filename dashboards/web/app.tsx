import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Fragment, forgetToken, keepToken, readToken } from './access.ts';
import { createClient } from './client.ts';
import { FloorPage } from './floor-page.tsx';
import { chooseLanguage, keepLanguage, keepTheme, readTheme, type Theme, withParameters } from './preferences.ts';
import { PreferencesBar } from './preferences-bar.tsx';
import { SetupPage } from './setup-page.tsx';
import { SignIn } from './sign-in.tsx';
import { type Language, WORDS } from './words.ts';

/** What the page knows when it starts. */
export interface AppProps {
  fragment: Fragment;
  tab: Storage;
  device: Storage;
}

/** The page: set-up, sign-in or floor, with its preferences. */
export function App({ fragment, tab, device }: AppProps) {
  const [language, setLanguage] = useLanguage(device);
  const [theme, setTheme] = useTheme(device);
  const [path, lab, go] = useAddress();
  const [token, setToken] = useState(() => fragment.token ?? readToken(tab, device));
  const [isSigningIn, setSigningIn] = useState(false);
  const [isGiven, setGiven] = useState(fragment.token !== null);
  const client = useMemo(() => createClient('', token), [token]);
  const opener = useMemo(() => createClient('', null), []);
  const words = WORDS[language];
  const enter = (given: string, isKept: boolean) => {
    keepToken(given, isKept, tab, device);
    setToken(given);
    setGiven(true);
    setSigningIn(false);
    if (path === '/setup') go({}, '/');
  };
  const leave = () => {
    forgetToken(tab, device);
    setToken(null);
  };
  const refuse = () => {
    // A token kept from before, perhaps for another start: the floor may be open to everyone now.
    if (token !== null && !isGiven) leave();
    else setSigningIn(true);
  };
  return (
    <>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <div class="page">
        <nav class="top" aria-label="Fabmeter">
          <a class="brand" href="/">
            Fabmeter
          </a>
          <PreferencesBar
            {...{ language, theme }}
            onLanguage={setLanguage}
            onTheme={setTheme}
            onSignOut={token === null ? null : leave}
          />
        </nav>
        {path === '/setup' && <SetupPage client={opener} words={words} setupKey={fragment.key} onToken={enter} />}
        {path !== '/setup' && isSigningIn && <SignIn isRefused={token !== null} words={words} onToken={enter} />}
        {path !== '/setup' && !isSigningIn && (
          <FloorPage {...{ client, lab, words }} onLab={(next) => go({ lab: next })} onSignIn={refuse} />
        )}
        <footer class="foot">
          <a href="/docs">{words.docs}</a>
        </footer>
      </div>
    </>
  );
}

function useLanguage(device: Storage): [Language, (language: Language) => void] {
  const [language, setLanguage] = useState(() => chooseLanguage(location.search, device, navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choose = (next: Language) => {
    keepLanguage(next, device);
    history.replaceState(null, '', withParameters(new URL(location.href), { lang: next }));
    setLanguage(next);
  };
  return [language, choose];
}

function useTheme(device: Storage): [Theme, (theme: Theme) => void] {
  const [chosen, setChosen] = useState(() => readTheme(device));
  const [isSystemDark, setSystemDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setSystemDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const choose = (next: Theme) => {
    keepTheme(next, device);
    document.documentElement.dataset.theme = next;
    setChosen(next);
  };
  return [chosen ?? (isSystemDark ? 'dark' : 'light'), choose];
}

type Go = (changes: Record<string, string | null>, path?: string) => void;

function useAddress(): [path: string, lab: string | null, go: Go] {
  const [address, setAddress] = useState(() => location.href);
  useEffect(() => {
    const follow = () => setAddress(location.href);
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  const url = new URL(address);
  const go: Go = (changes, path = location.pathname) => {
    history.pushState(null, '', withParameters(new URL(path + location.search, location.href), changes));
    setAddress(location.href);
  };
  return [url.pathname.replace(/\/$/, '') || '/', url.searchParams.get('lab') || null, go];
}
