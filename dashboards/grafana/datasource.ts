/** The one source of all dashboards: its uid is fixed, because file provisioning does not resolve placeholders. */
export const DATASOURCE = { type: 'influxdb', uid: 'fabmeter-influxdb' } as const;
