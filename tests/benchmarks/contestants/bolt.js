// Bolt for JavaScript as its documentation writes an app: acknowledge, then open a view.
//
// https://docs.slack.dev/tools/bolt-js/concepts/creating-modals; only Slack's address is another.
// `node bolt.js PORT SLACK SECRET VIEW`.

const { App, LogLevel } = require('@slack/bolt');

const [port, slack, secret, view] = process.argv.slice(2);

const app = new App({
  token: 'xoxb-bench',
  signingSecret: secret,
  clientOptions: { slackApiUrl: `${slack}/api/` },
  logLevel: LogLevel.ERROR,
});

app.command('/decline', async ({ ack, body, client, logger }) => {
  await ack();
  try {
    await client.views.open({ trigger_id: body.trigger_id, view: JSON.parse(view) });
  } catch (error) {
    logger.error(error);
  }
});

(async () => {
  await app.start(Number(port));
})();
