// npm run mails: compiles content/emails/*.mjml to the Scriban templates beside them.
// npm run mails -- --check: changes nothing; names the templates that are out of step and exits with 1.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const folder = fileURLToPath(new URL("../content/emails/", import.meta.url));
const palette = JSON.parse(readFileSync(join(folder, "palette.json"), "utf8"));
const mjml2html = await load();

const stale = [];
for (const source of readdirSync(folder).filter((name) => name.endsWith(".mjml")).sort()) {
  const target = source.replace(/\.mjml$/, ".html");
  const html = await compile(join(folder, source));
  if (html === read(join(folder, target))) continue;
  stale.push(`content/emails/${target}`);
  if (!checking()) writeFileSync(join(folder, target), html);
}

if (!checking()) {
  console.log(stale.length ? `Written: ${stale.join(", ")}` : "All mails are up to date.");
} else if (stale.length) {
  console.error(`Out of step with their MJML: ${stale.join(", ")}. Run npm run mails, and commit what it writes.`);
  process.exitCode = 1;
}

function checking() {
  return process.argv.includes("--check");
}

async function load() {
  try {
    return (await import("mjml")).default;
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error("MJML is not installed. Run npm ci.");
    process.exit(2);
  }
}

async function compile(path) {
  const { html } = await mjml2html(readFileSync(path, "utf8"), {
    filePath: path,
    ignoreIncludes: false,
    validationLevel: "strict",
    keepComments: false,
    minify: true,
    minifyOptions: { minifyCss: false }, // needs another package, for little
    fonts: {}, // none from the network, whatever a font stack names
    preprocessors: [colours],
  });
  return lines(html);
}

// @light.ink and the like, so that a colour stands in one place, where a test measures its contrast.
function colours(mjml) {
  return mjml.replace(/@(light|dark)\.([a-z-]+)/g, (name, scheme, colour) => {
    const value = palette[scheme][colour];
    if (!value) throw new Error(`palette.json has no ${name}`);
    return value;
  });
}

// Minified HTML is one line; mail has a limit of 998 bytes a line (RFC 5322), and a diff wants lines too.
function lines(html) {
  return (
    html
      .replace(' aria-roledescription="email"', "") // English, whatever the mail's language
      .replace(/<style[^>]*>[^]*?<\/style>/g, (style) => style.replace(/\s*\n\s*/g, "\n"))
      .replace(/>\s*(?=<(table|tbody|tr|td|div|h1|h2|p|ol|li|style|meta|title|body|\/body|!--\[if))/g, ">\n")
      .trim() + "\n"
  );
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
