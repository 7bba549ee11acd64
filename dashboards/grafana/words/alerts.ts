import type { Text } from '../words.ts';

/** What an alert says: its title, and what to do. `{{ … }}` are Grafana's. */
export interface AlertWords {
  title: Text;
  summary: Text;
}

/** The words of the alerts. */
export const ALERT_WORDS = {
  silentConnector: {
    title: { fr: 'Boîtier hors ligne', en: 'Connector offline' },
    summary: {
      fr: 'Aucune nouvelle du boîtier {{ .Labels.connector }} ({{ .Labels.lab }}). Vérifiez sa prise ou le Wi-Fi.',
      en: 'No news from the connector {{ .Labels.connector }} ({{ .Labels.lab }}). Check its plug or the Wi-Fi.',
    },
  },
  nothingArrives: {
    title: { fr: 'Plus rien n’arrive dans InfluxDB', en: 'Nothing arrives in InfluxDB any more' },
    summary: {
      fr: 'Aucun état de machine depuis deux heures. Vérifiez que Fabmeter tourne et atteint InfluxDB : rien n’est perdu, il enverra la suite.',
      en: 'No state of any machine for two hours. Check that Fabmeter runs and reaches InfluxDB: nothing is lost, it sends the rest later.',
    },
  },
  badlyObserved: {
    title: { fr: 'Machine mal observée', en: 'Machine badly observed' },
    summary: {
      fr: 'Moins de 90 % des sept derniers jours de {{ .Labels.machine }} ({{ .Labels.lab }}) ont été observés. Vérifiez ses boîtiers.',
      en: 'Less than 90% of the last seven days of {{ .Labels.machine }} ({{ .Labels.lab }}) were observed. Check its connectors.',
    },
  },
} as const satisfies Record<string, AlertWords>;
