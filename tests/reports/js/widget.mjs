// Uses the report widget as a person with a keyboard does, and says what happened as one line of JSON.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import puppeteer from 'puppeteer-core'

const [chromium, page_url, pictures] = process.argv.slice(2)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] })
const said = { violations: [], errors: [] }
try {
  const page = await browser.newPage()
  await page.setViewport({ width: 900, height: 860 })
  page.on('pageerror', error => said.errors.push(String(error)))
  page.on('console', line => line.type() === 'error' && said.errors.push(line.text()))
  await page.evaluateOnNewDocument(() => {
    window.violations = []
    addEventListener('securitypolicyviolation', event => violations.push(event.effectiveDirective))
    window.Sentry = { lastEventId: () => 'c0ffee00c0ffee00c0ffee00c0ffee00' }
    // A person takes their time; a test does not.
    const now = performance.now.bind(performance)
    let later = 0
    performance.now = () => now() + (later += 10_000)
  })
  await page.goto(page_url)
  await page.waitForFunction(() => document.querySelector('tocsin-report'))
  const focused = () => page.evaluate(() => {
    const active = document.querySelector('tocsin-report').shadowRoot.activeElement
    return active && (active.name || active.textContent || active.localName)
  })
  const checked = async name => {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` })
    await page.evaluate(axe)
    const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }))
    return found.violations.map(one => `${one.id} (${one.impact})`)
  }
  said.closed = await checked('closed')
  await page.keyboard.press('Tab')
  said.opener = await focused()
  await page.keyboard.press('Enter')
  said.first = await focused()
  await page.keyboard.press('Escape')
  said.afterEscape = await focused()
  await page.keyboard.press('Enter')
  await page.keyboard.type('The total is wrong')
  await page.keyboard.press('Tab')
  await page.keyboard.type('It says 12, should be 24')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Looks')
  await page.evaluate(async () => {
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: 400, height: 300 })
    const context = canvas.getContext('2d')
    context.fillStyle = '#3b82f6'
    context.fillRect(40, 40, 200, 150)
    const blob = await new Promise(done => canvas.toBlob(done, 'image/png'))
    const data = new DataTransfer()
    data.items.add(new File([blob], 'screenshot.png', { type: 'image/png' }))
    const target = document.querySelector('tocsin-report').shadowRoot.activeElement
    const paste = { clipboardData: data, bubbles: true, composed: true, cancelable: true }
    target.dispatchEvent(new ClipboardEvent('paste', paste))
  })
  said.open = await checked('open')
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
  said.dark = await checked('dark')
  // The focus goes round within the dialog, and never to the page behind it.
  said.round = []
  for (let n = 0; n < 16; n++) {
    await page.keyboard.press('Tab')
    said.round.push(await page.evaluate(() => document.activeElement?.localName))
  }
  await page.evaluate(() => document.querySelector('tocsin-report').shadowRoot.querySelector('[name=email]').focus())
  await page.keyboard.type('ana@example.com')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => {
    const text = document.querySelector('tocsin-report').shadowRoot.querySelector('output').textContent
    return text && !text.startsWith('Sending')
  })
  said.status = await page.evaluate(() => document.querySelector('tocsin-report').shadowRoot.querySelector('output').textContent)
  said.sent = await checked('sent')
  said.last = await focused()
  said.violations = await page.evaluate(() => window.violations)
} finally {
  await browser.close()
}
console.log(JSON.stringify(said))
