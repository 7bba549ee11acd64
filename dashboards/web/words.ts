import type { Condition } from './condition.ts';

/** The languages of the page. */
export const LANGUAGES = ['fr', 'en'] as const;
/** A language of the page. */
export type Language = (typeof LANGUAGES)[number];

/** Everything the page says, in one language. */
export interface Words {
  language: Language;
  /** For numbers, months and weekdays. */
  locale: string;
  languageName: string;
  state: Record<Condition, string>;
  /** For counts: `[one, several]`. */
  counted: Record<Condition, [string, string]>;
  hint: Record<'unknown' | 'setup' | 'unmeasured', string>;
  nothingHeard: string;
  sinceClock(clock: string): string;
  sinceYesterday(clock: string): string;
  sinceWeekday(weekday: string, clock: string): string;
  sinceDate(date: string): string;
  date(day: number, month: string, year: number | null): string;
  audience: Record<string, string>;
  power: string;
  notKnown: string;
  runningToday: string;
  observed(share: string): string;
  nothingObserved: string;
  percentGap: string;
  sessionOpen(since: string): string;
  noSession: string;
  online: string;
  offline: string;
  noConnector: string;
  lab: string;
  allLabs: string;
  machines: string;
  counts: string;
  loading: string;
  live: string;
  connecting: string;
  lost(since: string): string;
  stale(since: string): string;
  darkTheme: string;
  lightTheme: string;
  chooseLanguage: string;
  appearance: string;
  docs: string;
  skip: string;
  signIn: string;
  pasteToken: string;
  keepSignedIn: string;
  enter: string;
  tokenRefused: string;
  signOut: string;
  noMachines: string;
  noMachinesHere: string;
  describeLab: string;
  thenApply: string;
  readmeExample: string;
  copy: string;
  copied: string;
  copyByHand: string;
  /** Before a list or an example, with the space its language wants. */
  colon: string;
  setUp: string;
  setUpWaiting: string;
  setUpNoKey: string;
  yourToken: string;
  shownOnce: string;
  goOn: string;
  unreachable: string;
  tryAgain: string;
}

const fr: Words = {
  language: 'fr',
  locale: 'fr-FR',
  languageName: 'Français',
  state: {
    running: 'en marche',
    standby: 'en veille',
    off: 'éteinte',
    unknown: 'sans nouvelles',
    fault: 'en panne',
    maintenance: 'en maintenance',
    absent: 'absente',
    setup: 'seuils de puissance à régler',
    unmeasured: 'puissance non mesurée',
  },
  counted: {
    running: ['en marche', 'en marche'],
    standby: ['en veille', 'en veille'],
    off: ['éteinte', 'éteintes'],
    unknown: ['sans nouvelles', 'sans nouvelles'],
    fault: ['en panne', 'en panne'],
    maintenance: ['en maintenance', 'en maintenance'],
    absent: ['absente', 'absentes'],
    setup: ['à régler', 'à régler'],
    unmeasured: ['non mesurée', 'non mesurées'],
  },
  hint: {
    unknown: 'Vérifiez sa prise ou le Wi-Fi',
    setup: 'Ajoutez-les au registre pour voir sa marche',
    unmeasured: 'Ajoutez un boîtier qui mesure sa puissance',
  },
  nothingHeard: "rien reçu jusqu'ici",
  sinceClock: (clock) => `depuis ${clock}`,
  sinceYesterday: (clock) => `depuis hier ${clock}`,
  sinceWeekday: (weekday, clock) => `depuis ${weekday} ${clock}`,
  sinceDate: (date) => `depuis le ${date}`,
  date: (day, month, year) => `${day === 1 ? '1er' : day}\u00a0${month}${year === null ? '' : ` ${year}`}`,
  audience: {
    public: 'grand public',
    student: 'public étudiant',
    professional: 'public professionnel',
    association: 'public associatif',
    staff: 'équipe',
    unknown: 'public non précisé',
  },
  power: 'puissance',
  notKnown: 'inconnu',
  runningToday: "en marche aujourd'hui",
  observed: (share) => `(${share} observé)`,
  nothingObserved: "rien d'observé aujourd'hui",
  percentGap: '\u202f',
  sessionOpen: (since) => `séance ouverte ${since}`,
  noSession: 'pas de séance ouverte',
  online: 'boîtier en ligne',
  offline: 'boîtier hors ligne',
  noConnector: 'pas de boîtier',
  lab: 'Atelier',
  allLabs: 'Tous les ateliers',
  machines: 'Machines',
  counts: 'En ce moment',
  loading: 'Chargement…',
  live: 'en direct',
  connecting: 'connexion…',
  lost: (since) => `connexion perdue ${since}, nouvel essai…`,
  stale: (since) => `Dernier état connu\u00a0: ce qui a changé ${since} manque ici.`,
  darkTheme: 'Sombre',
  lightTheme: 'Clair',
  chooseLanguage: 'Langue',
  appearance: 'Affichage',
  docs: "Documentation de l'API",
  skip: 'Aller au contenu',
  signIn: 'Accès',
  pasteToken: "Collez ici votre jeton d'accès",
  keepSignedIn: "Garder l'accès sur cet appareil",
  enter: 'Entrer',
  tokenRefused: "Ce jeton n'est pas accepté. Vérifiez qu'il est entier, ou demandez-en un autre.",
  signOut: "Fermer l'accès",
  noMachines: "Aucune machine pour l'instant",
  noMachinesHere: "Aucune machine dans cet atelier pour l'instant",
  describeLab: 'Décrivez votre atelier, une machine et son boîtier dans un fichier',
  thenApply: 'Puis appliquez-le. La machine apparaît ici sans recharger la page.',
  readmeExample: "L'exemple complet est dans le README, à la partie sur le registre.",
  copy: 'Copier',
  copied: 'Copié',
  copyByHand: 'Sélectionnez le texte, puis copiez-le.',
  colon: '\u00a0:',
  setUp: 'Première mise en route',
  setUpWaiting: 'Ouverture de votre accès…',
  setUpNoKey: 'Ce lien est incomplet. Copiez-le en entier depuis la fenêtre où Fabmeter a démarré.',
  yourToken: "Votre jeton d'accès",
  shownOnce: 'Gardez-le en lieu sûr\u00a0: il ne sera plus jamais montré.',
  goOn: 'Voir les machines',
  unreachable: 'Le serveur ne répond pas.',
  tryAgain: 'Essayer à nouveau',
};

const en: Words = {
  language: 'en',
  locale: 'en-GB',
  languageName: 'English',
  state: {
    running: 'running',
    standby: 'standby',
    off: 'off',
    unknown: 'no news',
    fault: 'broken',
    maintenance: 'in maintenance',
    absent: 'away',
    setup: 'power thresholds to be set',
    unmeasured: 'power not measured',
  },
  counted: {
    running: ['running', 'running'],
    standby: ['standby', 'standby'],
    off: ['off', 'off'],
    unknown: ['no news', 'no news'],
    fault: ['broken', 'broken'],
    maintenance: ['in maintenance', 'in maintenance'],
    absent: ['away', 'away'],
    setup: ['to be set', 'to be set'],
    unmeasured: ['not measured', 'not measured'],
  },
  hint: {
    unknown: 'Check its plug or the Wi-Fi',
    setup: 'Add them to the registry to see when it runs',
    unmeasured: 'Add a connector that measures its power',
  },
  nothingHeard: 'nothing received so far',
  sinceClock: (clock) => `since ${clock}`,
  sinceYesterday: (clock) => `since yesterday ${clock}`,
  sinceWeekday: (weekday, clock) => `since ${weekday} ${clock}`,
  sinceDate: (date) => `since ${date}`,
  date: (day, month, year) => `${day}\u00a0${month}${year === null ? '' : ` ${year}`}`,
  audience: {
    public: 'general public',
    student: 'students',
    professional: 'professionals',
    association: 'associations',
    staff: 'staff',
    unknown: 'audience not given',
  },
  power: 'power',
  notKnown: 'unknown',
  runningToday: 'running today',
  observed: (share) => `(${share} observed)`,
  nothingObserved: 'nothing observed today',
  percentGap: '',
  sessionOpen: (since) => `session open ${since}`,
  noSession: 'no session open',
  online: 'connector online',
  offline: 'connector offline',
  noConnector: 'no connector',
  lab: 'Lab',
  allLabs: 'All labs',
  machines: 'Machines',
  counts: 'Right now',
  loading: 'Loading…',
  live: 'live',
  connecting: 'connecting…',
  lost: (since) => `connection lost ${since}, trying again…`,
  stale: (since) => `Last known state: what changed ${since} is missing here.`,
  darkTheme: 'Dark',
  lightTheme: 'Light',
  chooseLanguage: 'Language',
  appearance: 'Appearance',
  docs: 'API documentation',
  skip: 'Skip to the content',
  signIn: 'Access',
  pasteToken: 'Paste your access token here',
  keepSignedIn: 'Keep me signed in on this device',
  enter: 'Sign in',
  tokenRefused: 'This token is not accepted. Check that it is complete, or ask for another one.',
  signOut: 'Sign out',
  noMachines: 'No machines yet',
  noMachinesHere: 'No machines in this lab yet',
  describeLab: 'Describe your lab, one machine and its connector in a file',
  thenApply: 'Then apply it. The machine appears here without reloading the page.',
  readmeExample: 'The full example is in the README, in the part about the registry.',
  copy: 'Copy',
  copied: 'Copied',
  copyByHand: 'Select the text, then copy it.',
  colon: ':',
  setUp: 'First start',
  setUpWaiting: 'Opening your access…',
  setUpNoKey: 'This link is incomplete. Copy all of it from the window in which Fabmeter started.',
  yourToken: 'Your access token',
  shownOnce: 'Keep it in a safe place: it is never shown again.',
  goOn: 'See the machines',
  unreachable: 'The server does not answer.',
  tryAgain: 'Try again',
};

/** The one table of what the page says. */
export const WORDS: Record<Language, Words> = { fr, en };

/** A text with a capital first letter, as a sentence begins. */
export function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
