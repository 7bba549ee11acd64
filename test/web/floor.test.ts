/** The page in a real browser against the other side of its contract. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAR_MACHINE, FIXTURE_NOW, LABS, MACHINES, TWO_LABS } from './floor-fixture.ts';
import { FloorServer } from './floor-server.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const T = '\u202f';
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.log(`floor.test.ts is left out: there is no ${CHROMIUM} (Debian package "chromium").`);

describe.skipIf(!hasChromium)('the floor in a browser', () => {
  let folder: string;
  let browser: Browser;
  let server: FloorServer;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fabmeter-web-'));
    const root = path.join(import.meta.dirname, '../../dashboards/web');
    await build({ root, configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir: folder } });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    server = new FloorServer(folder, { labs: LABS, machines: MACHINES, token: null, setupKey: null });
    await server.start();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await server.stop();
  });

  async function open(options: BrowserContextOptions = {}, at = '/'): Promise<Page> {
    const context = await browser.newContext({ locale: 'fr-FR', viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.clock.setFixedTime(FIXTURE_NOW);
    await page.goto(server.url + at);
    return page;
  }
  const card = (page: Page, id: string): ReturnType<Page['locator']> => page.locator(`[data-machine="${id}"]`);
  const has = (page: Page, id: string, text: string): Promise<void> =>
    card(page, id).filter({ hasText: text }).waitFor({ state: 'attached' });

  it('says in French what each machine does, since when, and what it does not know', async () => {
    const page = await open();
    const expected = [
      [
        'laser-1',
        'Découpeuse laser',
        'en marche depuis 14:02',
        `1${T}246${T}W`,
        'Séance ouverte depuis 13:58 public étudiant',
      ],
      ['laser-1', `2${T}h${T}05 en marche aujourd'hui (94${T}% observé)`, 'Boîtier en ligne'],
      [
        'printer-1',
        'en marche depuis hier 18:40',
        `118${T}W`,
        `15${T}h${T}30 en marche aujourd'hui`,
        'Pas de séance ouverte',
      ],
      ['printer-2', 'en veille depuis 10:20', `8,4${T}W`],
      ['printer-3', 'sans nouvelles depuis 14:02 — Vérifiez sa prise ou le Wi-Fi', '— inconnu', 'Boîtier hors ligne'],
      ['cnc-1', 'éteinte depuis lundi 18:05', `0${T}min en marche aujourd'hui`],
      ['vinyl-1', 'en panne éteinte depuis jeudi 11:00'],
      ['sewing-1', 'en maintenance sans nouvelles depuis 12:10', "rien d'observé aujourd'hui"],
      ['saw-1', 'seuils de puissance à régler', `36${T}W`],
      ['scanner-1', 'scanner-3d', 'puissance non mesurée', 'grand public'],
      ['case-1', 'absente', 'Pas de boîtier'],
    ];
    await has(page, 'laser-1', 'observé');
    for (const [id = '', ...texts] of expected) {
      const text = (await card(page, id).textContent())?.replaceAll('—inconnu', '— inconnu');
      for (const part of texts) expect(text).toContain(part);
    }
    expect(await card(page, 'printer-3').textContent()).not.toContain('éteinte');
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    expect(await page.locator('.counts').textContent()).toContain('2 en marche');
    expect(await page.locator('.connection').textContent()).toBe('en direct');
    expect(await page.title()).toBe('Hôtel Pasteur · Fabmeter');
    expect(server.asked.find((url) => url.startsWith('/api/v1/usage'))).toBe(
      '/api/v1/usage?from=2026-03-18&to=2026-03-19&by=machine&period=total',
    );
  });

  it('changes without reload, moves no card, and tells the change to a screen reader', async () => {
    const page = await open();
    await has(page, 'cnc-1', 'depuis lundi');
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    const boxes = () =>
      page.$$eval('[data-machine]', (cards) => cards.map((one) => JSON.stringify(one.getBoundingClientRect())));
    const before = await boxes();
    const session = { id: 'cnc-1~1', start: '2026-03-18T14:28:00Z', audience: 'professional' };
    server.change('cnc-1', { activity: 'running', since: '2026-03-18T14:29:00Z', watts: 843, session });
    await has(page, 'cnc-1', 'en marche depuis 15:29');
    await has(page, 'cnc-1', `843${T}W`);
    await has(page, 'cnc-1', 'Séance ouverte depuis 15:28 public professionnel');
    expect(await page.locator('[data-count="running"]').textContent()).toContain('3 en marche');
    expect(await page.locator('[aria-live]').textContent()).toBe('Shopbot Desktop\u00a0: en marche');
    server.change('printer-1', { activity: 'unknown', since: '2026-03-18T14:29:30Z', watts: null, online: false });
    await has(page, 'printer-1', 'sans nouvelles depuis 15:29 — Vérifiez sa prise ou le Wi-Fi');
    expect(await boxes()).toEqual(before);
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  });

  it('speaks English, and changes language without reload and for good', async () => {
    const page = await open({ locale: 'en-GB' });
    await has(page, 'laser-1', `running since 14:02`);
    await has(page, 'laser-1', `2${T}h${T}05 running today (94% observed)`);
    await has(page, 'printer-3', 'no news since 14:02 — Check its plug or the Wi-Fi');
    await page.getByRole('button', { name: 'Français' }).click();
    await has(page, 'laser-1', 'en marche depuis 14:02');
    expect(new URL(page.url()).searchParams.get('lang')).toBe('fr');
    await page.goto(server.url);
    await has(page, 'laser-1', 'en marche depuis 14:02');
  });

  it('says that the connection is lost and since when, and recovers what it missed', async () => {
    const page = await open();
    await has(page, 'cnc-1', 'éteinte');
    await page.locator('.connection-live').waitFor();
    server.change('laser-1', { watts: 1300 });
    await has(page, 'laser-1', `1${T}300${T}W`);
    await server.stop();
    await page.getByText('connexion perdue depuis 15:30, nouvel essai…').waitFor();
    await page.getByText('Dernier état connu\u00a0: ce qui a changé depuis 15:30 manque ici.').waitFor();
    server.change('cnc-1', { activity: 'running', since: '2026-03-18T14:29:00Z' });
    await server.start();
    await page.getByText('en direct', { exact: true }).waitFor();
    await has(page, 'cnc-1', 'en marche depuis 15:29');
    expect(server.resumedFrom).toEqual([undefined, '101']);
    expect(await page.locator('.notice').count()).toBe(0);
  });

  it('shows several labs in their own time, and one of them when it is chosen', async () => {
    server.data.labs = TWO_LABS;
    server.data.machines = [...MACHINES, FAR_MACHINE];
    const page = await open();
    await has(page, 'laser-9', 'en marche depuis 08:15');
    await page.getByLabel('Atelier').selectOption('fort');
    await page.getByRole('heading', { level: 1, name: 'Fort-de-France' }).waitFor();
    await card(page, 'laser-1').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('lab')).toBe('fort');
    await page.goBack();
    await has(page, 'laser-1', 'en marche');
  });

  it('asks for a token, hides one given in the address, and says when it is not accepted', async () => {
    server.data.token = 'right';
    const page = await open({}, '/#token=wrong');
    await page.getByText("Ce jeton n'est pas accepté.").waitFor();
    expect(page.url()).not.toContain('wrong');
    await page.getByLabel("Collez ici votre jeton d'accès").fill(' right ');
    await page.getByRole('button', { name: 'Entrer' }).click();
    await has(page, 'laser-1', 'en marche');
    await page.goto(server.url);
    await has(page, 'laser-1', 'en marche');
    expect(await page.evaluate(() => localStorage.getItem('fabmeter-token'))).toBeNull();
    await page.getByRole('button', { name: "Fermer l'accès" }).click();
    await page.getByLabel("Collez ici votre jeton d'accès").waitFor();
  });

  it('forgets a kept token that is no longer accepted and tries without', async () => {
    server.data.token = 'old';
    const page = await open({}, '/#token=old');
    await has(page, 'laser-1', 'en marche');
    server.data.token = 'new';
    await page.reload();
    const field = page.getByLabel("Collez ici votre jeton d'accès");
    await field.waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('false');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('exchanges a set-up link for a token, once', async () => {
    Object.assign(server.data, { token: 'first-token', setupKey: 'k1' });
    const page = await open({}, '/setup#key=k1');
    await page.getByText('first-token').waitFor();
    expect(page.url()).toBe(`${server.url}/setup`);
    await page.getByRole('button', { name: 'Voir les machines' }).click();
    await has(page, 'laser-1', 'en marche');
    expect(new URL(page.url()).pathname).toBe('/');
    expect(server.setupTokens).toEqual([undefined]);
    const again = await open({}, '/setup#key=k1');
    await again.getByText('This set-up link was used already.').waitFor();
  });

  it('says what to do first when there is no machine', async () => {
    server.data.machines = [];
    const page = await open();
    await page.getByRole('heading', { name: "Aucune machine pour l'instant" }).waitFor();
    await page.getByRole('button', { name: 'Copier' }).waitFor();
    server.data.machines = MACHINES;
    await has(page, 'laser-1', 'en marche');
  });

  const LOOKS = [
    { name: 'desktop, light', width: 1280, colorScheme: 'light', at: '/' },
    { name: 'desktop, dark', width: 1280, colorScheme: 'dark', at: '/?lang=en' },
    { name: 'phone, light', width: 390, colorScheme: 'light', at: '/' },
    { name: 'phone, dark', width: 390, colorScheme: 'dark', at: '/?lang=en' },
    { name: 'narrow phone', width: 320, colorScheme: 'light', at: '/' },
  ] as const;

  it('has looks', () => expect(LOOKS.length).toBeGreaterThan(0));
  it.each(LOOKS)('fits and is accessible: $name', async ({ width, colorScheme, at }) => {
    const options: BrowserContextOptions = { viewport: { width, height: 844 }, colorScheme, reducedMotion: 'reduce' };
    const page = await open(options, at);
    await page.locator('.observed').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe(colorScheme === 'dark' ? 'rgb(15, 21, 27)' : 'rgb(244, 246, 248)');
    expect((await violations(page)).map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  it('keeps the looks that were chosen by hand, and is accessible in all its other states', async () => {
    const page = await open({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Sombre' }).click();
    await page.reload();
    await has(page, 'laser-1', 'en marche');
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(15, 21, 27)');
    await server.stop();
    await page.locator('.notice').waitFor();
    expect(await violations(page)).toEqual([]);
    server.data.machines = [];
    await server.start();
    await page.locator('.sheet').waitFor();
    expect(await violations(page)).toEqual([]);
    server.data.token = 'right';
    await page.reload();
    await page.getByLabel("Collez ici votre jeton d'accès").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('asks nothing of any other place', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const origins = new Set<string>();
    page.on('request', (request) => origins.add(new URL(request.url()).origin));
    await page.goto(server.url);
    await card(page, 'laser-1').waitFor();
    expect([...origins]).toEqual([server.url]);
  });
});

async function violations(page: Page) {
  return (await new AxeBuilder({ page }).analyze()).violations;
}
