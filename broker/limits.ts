/** What one broker admits; every number has its unit and its default in `config.ts`. */
export interface BrokerLimits {
  /** The largest MQTT packet, in bytes. */
  packetBytesMax: number;
  /** Connections at once. */
  connectionsMax: number;
  /** Connections at once from one address. */
  connectionsPerAddressMax: number;
  /** QoS 2 packets of one connector that wait for their release. */
  inflightMax: number;
  topicLevelsMax: number;
  /** Longest topic, in bytes of UTF-8. */
  topicBytesMax: number;
  /** Longest keepalive that is admitted, in seconds; a connector must have one. */
  keepaliveSMax: number;
  /** How long a connection may take until it has logged in, in ms. */
  connectTimeoutMs: number;
  /** How long a connector may leave its replies unread, in ms. */
  drainTimeoutMs: number;
}
