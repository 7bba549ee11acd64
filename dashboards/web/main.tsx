import { render } from 'preact';
import { keepToken, readFragment } from './access.ts';
import { App } from './app.tsx';
import { readTheme } from './preferences.ts';
import { openStorage } from './storage.ts';

const tab = openStorage(() => sessionStorage);
const device = openStorage(() => localStorage);
const theme = readTheme(device);
if (theme !== null) document.documentElement.dataset.theme = theme;

const fragment = readFragment(location.hash);
// A token or key must not stay where it can be read over a shoulder, shared or found in the history.
if (fragment.token !== null || fragment.key !== null)
  history.replaceState(null, '', location.pathname + location.search);
if (fragment.token !== null) keepToken(fragment.token, false, tab, device);

const root = document.getElementById('root');
if (root) render(<App fragment={fragment} tab={tab} device={device} />, root);
