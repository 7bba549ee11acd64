import type { Text } from '../words.ts';

/** The states of a machine, by their code in the series. */
export const STATES = {
  running: { fr: 'en marche', en: 'running' },
  standby: { fr: 'en veille', en: 'standby' },
  off: { fr: 'éteinte', en: 'off' },
  unknown: { fr: 'sans nouvelles', en: 'no news' },
} as const satisfies Record<string, Text>;

/** Names of columns and lines that several panels use. */
export const NAMES = {
  lab: { fr: 'atelier', en: 'lab' },
  kind: { fr: 'type', en: 'kind' },
  machine: { fr: 'machine', en: 'machine' },
  connector: { fr: 'boîtier', en: 'connector' },
  low: { fr: 'au moins', en: 'at least' },
  value: { fr: 'observé', en: 'observed' },
  high: { fr: 'au plus', en: 'at most' },
  coverage: { fr: 'part observée', en: 'share observed' },
  energy: { fr: 'mesurée', en: 'measured' },
  recovered: { fr: 'rattrapée après un trou', en: 'caught up after a gap' },
  online: { fr: 'en ligne', en: 'online' },
  offline: { fr: 'hors ligne', en: 'offline' },
  sessions: { fr: 'séances', en: 'sessions' },
  hours: { fr: 'heures en marche', en: 'hours running' },
} as const satisfies Record<string, Text>;

/** What closes a session, by its id in the series. */
export const END_CAUSES = {
  'badge-out': { fr: 'badge de départ', en: 'badge out' },
  handover: { fr: 'relais', en: 'handover' },
  idle: { fr: 'plus en marche', en: 'no longer running' },
  presumed: { fr: 'fin présumée', en: 'presumed end' },
  max: { fr: 'durée maximale', en: 'longest time' },
  service: { fr: 'panne ou absence', en: 'broken or away' },
  censored: { fr: 'sans nouvelles', en: 'no news' },
  corrected: { fr: 'corrigée', en: 'corrected' },
} as const satisfies Record<string, Text>;

/** Audiences that every network has words for; others show their id. */
export const AUDIENCES = {
  public: { fr: 'grand public', en: 'general public' },
  student: { fr: 'public étudiant', en: 'students' },
  professional: { fr: 'public professionnel', en: 'professionals' },
  association: { fr: 'public associatif', en: 'associations' },
  staff: { fr: 'équipe', en: 'staff' },
  unknown: { fr: 'public non précisé', en: 'audience not given' },
} as const satisfies Record<string, Text>;

/** Labels of the choices above a dashboard. */
export const CHOICES = {
  lab: { fr: 'Atelier', en: 'Lab' },
  kind: { fr: 'Type de machine', en: 'Kind of machine' },
  machine: { fr: 'Machine', en: 'Machine' },
  zone: { fr: 'Fuseau des jours', en: 'Time zone of days' },
} as const satisfies Record<string, Text>;

/** Titles of the folders and of the links between dashboards. */
export const FOLDER: Text = { fr: 'Fabmeter (français)', en: 'Fabmeter (English)' };
/** The folder of alert rules. Alerts go to whoever is on duty, so both languages stand side by side. */
export const ALERT_FOLDER = 'Fabmeter · alertes · alerts';
/** The title of the links to the other dashboards. */
export const OTHER_DASHBOARDS: Text = { fr: 'Tableaux de bord', en: 'Dashboards' };
/** What a figure shows that nobody knows. */
export const NO_VALUE: Text = { fr: 'inconnu', en: 'unknown' };
/** The title of the first panel of each dashboard. */
export const HOW_TO_READ: Text = { fr: 'Comment lire cette page', en: 'How to read this page' };
