import {
  choice,
  count,
  duration,
  durationOrOff,
  flag,
  later,
  section,
  secretText,
  text,
  textList,
  textMap,
} from "./option-kinds.ts";
import { tlsShape } from "./proxy-options.ts";

function redisShape() {
  return {
    address: textList("", ["redis://127.0.0.1:6379"]),
    prefix: text("centrifugo"),
    connect_timeout: duration("1s"),
    io_timeout: duration("4s"),
    db: count(0),
    user: text(),
    password: secretText(),
    client_name: text(),
    force_resp2: flag(),
    cluster_address: textList(),
    tls: section(tlsShape()),
    sentinel_address: textList(),
    sentinel_user: text(),
    sentinel_password: secretText(),
    sentinel_master_name: text(),
    sentinel_client_name: text(),
    sentinel_tls: section(tlsShape()),
    replica_client: section({ enabled: flag() }),
  };
}

function redisPresenceShape() {
  return { presence_ttl: duration("60s"), presence_hash_field_ttl: flag(), presence_user_mapping: flag() };
}

function natsShape() {
  return {
    prefix: text("centrifugo"),
    url: text("nats://localhost:4222"),
    dial_timeout: duration("1s"),
    write_timeout: duration("1s"),
    tls: section(tlsShape()),
    allow_wildcards: flag(),
    raw_mode: section({ enabled: flag(), channel_replacements: textMap(), prefix: text() }),
  };
}

function postgresShape() {
  return {
    dsn: secretText(),
    tls: section(tlsShape()),
    pool_size: count(16),
    num_shards: count(8),
    cleanup_interval: duration("1m"),
    idempotent_result_ttl: duration("5m"),
    binary_data: flag(),
    stream_retention: duration("24h"),
    use_notify: flag(),
    notify_dsn: secretText(),
    table_prefix: text("cf"),
    skip_schema_init: flag(),
    outbox: section({ poll_interval: duration("100ms"), batch_size: count(1000) }),
    partition_lookahead_days: count(2),
    partition_retention_days: count(7),
  };
}

/** Every type but "memory" is known and not built: the value differs from the default. */
function storageType<const T extends string>(types: readonly ("memory" | T)[], description: string) {
  return later(choice(types, "memory", description));
}

export function engineSection() {
  return section({
    type: storageType(["memory", "redis"], "Where channels, history and presence live."),
    redis: later(section({ ...redisShape(), history_use_lists: flag(), ...redisPresenceShape() })),
  });
}

export function brokerSection() {
  return section({
    enabled: flag("The broker is chosen apart from the engine."),
    type: storageType(["memory", "redis", "nats", "postgres"], "Where channels and history live."),
    redis: later(section({ ...redisShape(), history_use_lists: flag() })),
    nats: later(section(natsShape())),
    postgres: later(section(postgresShape())),
    redisnats: later(
      section({ redis: section({ ...redisShape(), history_use_lists: flag() }), nats: section(natsShape()) }),
    ),
  });
}

export function presenceManagerSection() {
  return section({
    enabled: flag("The presence manager is chosen apart from the engine."),
    type: storageType(["memory", "redis"], "Where presence lives."),
    redis: later(section({ ...redisShape(), ...redisPresenceShape() })),
  });
}

export function mapBrokerSection() {
  return later(
    section({
      type: choice(["memory", "redis", "postgres"], "memory"),
      redis: section({
        ...redisShape(),
        cleanup_interval: durationOrOff("1s"),
        cleanup_batch_size: count(100),
        idempotent_result_ttl: duration("5m"),
        skip_pub_sub: flag(),
      }),
      postgres: section({ ...postgresShape(), ttl_check_interval: duration("1s") }),
    }),
  );
}

export function controllerSection() {
  return later(
    section({
      enabled: flag(),
      type: text(),
      postgres: section({
        dsn: secretText(),
        tls: section(tlsShape()),
        pool_size: count(8),
        num_shards: count(1),
        table_prefix: text("cf"),
        poll_interval: duration("50ms"),
        use_notify: flag(),
        notify_dsn: secretText(),
        partition_retention_days: count(1),
        partition_lookahead_days: count(2),
        partition_cleanup_interval: duration("1m"),
        batch_size: count(1000),
        skip_schema_init: flag(),
      }),
    }),
  );
}
