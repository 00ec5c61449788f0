import type { ChangeDoc, NodeDoc, ObjectHeadDoc } from "@baton/sdk";

type Fields = Record<string, string>;

/** A tree, built by hand. */
export class Builder {
  readonly nodes: NodeDoc[] = [];
  private count = 0;

  add(kind: NodeDoc["kind"], word: string, fields: Fields, parent?: string, id?: string): string {
    this.count += 1;
    const own = id ?? `n${this.count}`;
    this.nodes.push({
      id: own,
      kind,
      word,
      fields: Object.entries(fields).map(([name, text]) => ({ name, text })),
      ...(parent === undefined ? {} : { parent }),
      children: [],
      revision: 1,
    });
    if (parent !== undefined) this.nodes.find((node) => node.id === parent)?.children.push(own);
    return own;
  }

  roots(settings: Fields, response?: string) {
    this.add("settings", "", settings, undefined, "settings");
    this.add("inputs", "", {}, undefined, "inputs");
    this.add("stack", "", {}, undefined, "stack");
    this.add("response", "", response === undefined ? {} : { "@value": response }, undefined, "response");
  }
}

/** samples/function__discord_poll_send_to_slack.xs, shortened. */
function poll(): NodeDoc[] {
  const b = new Builder();
  b.roots({ "@name": "Discord/PollSendToSlack" }, "$discord_list_messages_api");
  b.add(
    "input",
    "",
    {
      "@type": "int",
      "@name": "limit",
      "@optional": "true",
      "@default": "100",
      description: '"Messages a run"',
    },
    "inputs",
  );
  b.add(
    "step",
    "var",
    {
      "@subject": "$channel_id",
      value: "1347658882314670162",
      disabled: "true",
      description: '"#jake-test"',
    },
    "stack",
  );
  b.add(
    "step",
    "var",
    { "@subject": "$channel_id", value: "1347637119018864802", description: '"#send-to-slack"' },
    "stack",
  );
  b.add(
    "step",
    "db.query",
    {
      "@subject": "discord_messages",
      sort: '{\n  "discord_messages.created_at": "desc"\n}',
      return: '{\n  type: "single"\n}',
      "@result": "$discord_messages",
    },
    "stack",
  );
  b.add("step", "var", { "@subject": "$after", value: "$discord_messages.message_id ?? null" }, "stack");
  b.add("step", "debug.stop", { value: "$discord_messages", disabled: "true" }, "stack");
  b.add(
    "step",
    "api.request",
    {
      url: '"https://discord.com/api/v10/channels/:CHANNEL_ID/messages"|replace:":CHANNEL_ID":$channel_id',
      method: '"GET"',
      params: '{}|set:"limit":"100"|set_ifnotnull:"after":$after',
      headers: '[]|push:"Authorization: Bot "~$env.xano_insiders_discord_key',
      "@result": "$discord_list_messages_api",
    },
    "stack",
  );
  b.add(
    "step",
    "var",
    { "@subject": "$messages", value: '$discord_list_messages_api|sort:"timestamp":"itext":true' },
    "stack",
  );
  const loop = b.add("step", "foreach", { "@subject": "$messages" }, "stack");
  const each = b.add("arm", "each", { "@subject": "$message" }, loop);
  b.add("step", "var", { "@subject": "$message_id", value: "$message.id" }, each);
  b.add(
    "step",
    "var",
    { "@subject": "$content", value: "$message.referenced_message.content ?? $message.content" },
    each,
  );
  const cond = b.add("step", "conditional", {}, each);
  const arm = b.add("arm", "if", { "@subject": "$content|is_empty" }, cond);
  b.add(
    "step",
    "function.run",
    {
      "@subject": "Discord/GetMessageByID",
      input: "{\n  message_id: $ref_message_id\n  channel_id: $message.message_reference.channel_id\n}",
      "@result": "$discord_message",
    },
    arm,
  );
  b.add("step", "var", { "@subject": "$content", value: "$discord_message.content" }, arm);
  const other = b.add("arm", "else", {}, cond);
  b.add("step", "mystery.call", { "@source": "mystery.call foo {\n  bar = 1\n}" }, other);
  b.add(
    "step",
    "db.add_or_edit",
    {
      "@subject": "discord_messages",
      field_name: '"message_id"',
      field_value: "$message_id",
      data: "{\n  created_at: $message.timestamp\n  content   : $content\n}",
      "@result": "$discord_message",
    },
    each,
  );
  return b.nodes;
}

function accounts(): NodeDoc[] {
  const b = new Builder();
  b.roots({
    "@name": "accounts",
    description: '"Stores account information for B2B SaaS."',
    index: '[\n  {type: "primary", field: [{name: "id"}]}\n]',
  });
  const fields: [string, string, string, Fields][] = [
    ["int", "id", "Primary key for the account.", {}],
    ["text", "name", "Name of the account.", { "@filters": "trim" }],
    ["text", "industry", "Industry of the account (optional).", { "@optional": "true", "@filters": "trim" }],
    [
      "timestamp",
      "created_at",
      "Timestamp when the account was created.",
      { "@optional": "true", "@default": "now" },
    ],
    ["timestamp", "deleted_at", "Soft delete.", { "@optional": "true" }],
  ];
  for (const [type, name, told, more] of fields) {
    b.add("input", "", { "@type": type, "@name": name, ...more, description: `"${told}"` }, "inputs");
  }
  return b.nodes;
}

function long(): NodeDoc[] {
  const b = new Builder();
  b.roots({ "@name": "LongOne" }, "$x");
  for (let at = 0; at < 1000; at += 1)
    b.add("step", "var", { "@subject": `$v${at}`, value: `${at} + $v${at - 1}` }, "stack");
  return b.nodes;
}

function empty(): NodeDoc[] {
  const b = new Builder();
  b.roots({ "@name": "Nothing" });
  return b.nodes;
}

export const CONTENT: Record<string, NodeDoc[]> = {
  poll: poll(),
  accounts: accounts(),
  long: long(),
  empty: empty(),
};

const head = (id: string, kind: string, name: string, changes = 0, group?: string): ObjectHeadDoc => ({
  id,
  kind,
  name,
  revision: 9,
  changes,
  ...(group ? { group } : {}),
  ...(changes > 0
    ? {
        version: {
          number: 3,
          revision: 2,
          user: "ben",
          at: Date.now() - 86_400_000,
          description: "First",
          contributors: ["ben"],
          whole: true,
        },
      }
    : {}),
});

export const HEADS: ObjectHeadDoc[] = [
  head("g1", "api_group", "orders"),
  head("e1", "endpoint", "orders/create", 0, "g1"),
  head("e2", "endpoint", "orders/list", 1, "g1"),
  head("poll", "function", "Discord/PollSendToSlack", 4),
  head("f2", "function", "Discord/GetMessageByID"),
  head("f3", "function", "sendSlackMessage/DiscordMessagetoSlack"),
  head("long", "function", "LongOne"),
  head("empty", "function", "Nothing"),
  head("t1", "task", "daily_sales_report"),
  head("a1", "agent", "customer_servier_agent"),
  head("accounts", "table", "accounts"),
];

const now = Date.now();
const change = (number: number, user: string, minutes: number, words: string, item?: string): ChangeDoc => ({
  number,
  user,
  began: now - minutes * 60_000 - 4000,
  ended: now - minutes * 60_000,
  words,
  kind: "edit",
  from: number,
  to: number,
  ...(item ? { item } : {}),
});

export const CHANGES: ChangeDoc[] = [
  { ...change(1, "cleo", 190, "set `sort` of *Query All Records discord_messages*", "n7"), reverted_by: 3 },
  change(2, "ben", 42, "added *Debug Stop*", "n10"),
  { ...change(3, "cleo", 40, "reverted change 1"), kind: "revert" },
  change(
    4,
    "ana",
    3,
    "set `value` of *Create Variable $after* to `$discord_messages.message_id ?? null`",
    "n9",
  ),
  change(5, "ben", 0.1, "disabled *Create Variable $channel_id*", "n6"),
];
