// Tocsin's report widget: <script src="https://tocsin.example/widget.js" data-key="KEY" async></script>
// Docs: docs/reports.md. No markup is parsed and no style element is made, so a strict policy allows it.
(() => {
  const script = document.currentScript
  const options = { reporter: 'customer', button: 'true', ...script.dataset }
  const endpoint = new URL('api/envelope/?sentry_version=7&sentry_key=' + options.key, script.src)
  const MAX_BYTES = 5 << 20
  const MAX_FILES = 3
  const texts = {
    button: 'Report a problem', title: 'Title', description: 'What happened?',
    more: 'More details', steps: 'Steps to see it again', expected: 'What did you expect?',
    actual: 'What did you get?', type: 'Kind', bug: 'Does not work', ui_issue: 'Looks wrong',
    data_issue: 'Wrong data', performance: 'Too slow', feature_request: 'An idea',
    other: 'Something else', priority: 'How urgent?', low: 'Can wait', medium: 'Normal', high: 'Urgent',
    critical: 'I cannot work', name: 'Name', email: 'E-mail', optional: 'optional', files: 'Add pictures',
    capture: 'Take a screenshot', hint: 'You can also paste one.', remove: 'Remove', send: 'Send',
    cancel: 'Cancel', close: 'Close', sending: 'Sending…', sent: 'Thank you. Reference:',
    tooLarge: 'Up to 3 pictures of 5 MB.', noCapture: 'No screenshot taken.',
    notSent: 'Not sent. Please try again.', trap: 'Leave this empty',
  }
  let context = {}, files = [], eventId, openedAt, busy

  const el = (name, props, ...children) => {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(props || {}))
      key in made && key != 'list' ? (made[key] = value) : made.setAttribute(key, value)
    made.append(...children.filter(child => child))
    return made
  }
  const field = (name, tag, props, ...children) =>
    el('label', {}, el('span', {}, texts[name], !props.required && tag != 'select' &&
      el('i', {}, ' (' + texts.optional + ')')), el(tag, { name, ...props }, ...children))
  const choice = (name, values, chosen) => field(name, 'select', {}, ...values.map(value =>
    el('option', { value, selected: value == chosen }, texts[value])))
  const button = (text, props) => el('button', { type: 'button', ...props }, text)

  const host = el('tocsin-report'), root = host.attachShadow({ mode: 'open' })
  const style = new CSSStyleSheet()
  let dialog, form, status, pictures, opener

  const say = (text, isError) => {
    status.textContent = text
    status.className = isError ? 'error' : ''
  }

  const show = () => {
    pictures.replaceChildren(...files.map((file, n) => {
      const canvas = el('canvas', { width: 96, height: 64, role: 'img', ariaLabel: file.name })
      createImageBitmap(file).then(image => {
        const scale = Math.max(96 / image.width, 64 / image.height)
        canvas.getContext('2d').drawImage(image, 0, 0, image.width * scale, image.height * scale)
      }, () => {})
      return el('li', {}, canvas, button('×', {
        ariaLabel: texts.remove + ' ' + file.name,
        onclick() { files.splice(n, 1); show(); form.elements.title.focus() },
      }))
    }))
  }
  const add = list => {
    for (const file of list) {
      if (!/^image\/(png|jpeg|webp)$/.test(file.type)) continue
      if (file.size > MAX_BYTES || files.length >= MAX_FILES) { say(texts.tooLarge, true); break }
      files.push(file)
    }
    show()
  }

  const capture = async () => {
    dialog.close()
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({
        video: true, preferCurrentTab: true,
      })
      host.hidden = true
      const video = el('video', { srcObject: stream, muted: true })
      await video.play()
      await new Promise(done => setTimeout(done, 300))
      const canvas = el('canvas', { width: video.videoWidth, height: video.videoHeight })
      canvas.getContext('2d').drawImage(video, 0, 0)
      stream.getTracks().forEach(track => track.stop())
      const blob = await new Promise(done => canvas.toBlob(done, 'image/webp', 0.9))
      add([new File([blob], 'screenshot.' + blob.type.slice(6), { type: blob.type })])
    } catch {
      say(texts.noCapture, true)
    }
    host.hidden = false
    dialog.showModal()
  }

  const send = async said => {
    const id = crypto.randomUUID().replaceAll('-', ''), encode = text => new TextEncoder().encode(text)
    const { title, steps, expected, actual, trap, description, email, name } = said
    const event = encode(JSON.stringify({
      event_id: id, timestamp: Date.now() / 1000, platform: 'javascript', type: 'feedback',
      release: options.release, environment: options.environment, sdk: { name: 'tocsin.widget' },
      request: { url: location.href, headers: { 'User-Agent': navigator.userAgent } },
      tags: { 'report.type': said.type, 'report.priority': said.priority, 'report.reporter': options.reporter },
      contexts: {
        feedback: {
          message: description, contact_email: email || undefined, name: name || undefined,
          url: location.href, source: 'widget',
          associated_event_id: eventId || window.Sentry?.lastEventId?.() || undefined,
        },
        report: {
          title, steps, expected, actual, ...context, trap, filled_ms: Math.round(performance.now() - openedAt),
          viewport: innerWidth + 'x' + innerHeight, dpr: devicePixelRatio, language: navigator.language,
        },
      },
    }))
    const parts = [JSON.stringify({ event_id: id, sent_at: new Date() })]
    const item = (type, length, body, more) =>
      parts.push('\n', JSON.stringify({ type, length, ...more }), '\n', body)
    item('feedback', event.length, event)
    for (const file of files)
      item('attachment', file.size, file, { filename: file.name, content_type: file.type })
    const answer = await fetch(endpoint, {
      method: 'POST', body: new Blob(parts), credentials: 'omit',
    })
    if (answer.ok) return id
    throw { told: (await answer.json().catch(() => ({}))).detail }
  }

  const submit = async event => {
    event.preventDefault()
    if (busy) return
    busy = true
    say(texts.sending)
    try {
      const id = await send(Object.fromEntries(new FormData(form)))
      form.reset()
      files = []
      eventId = null
      form.hidden = true
      say(texts.sent + ' ' + id.slice(0, 8) + '.')
      dialog.append(button(texts.close, { className: 'main', onclick: () => dialog.close() }))
      dialog.lastChild.focus()
    } catch (error) {
      say(error.told || texts.notSent, true)
    }
    busy = false
  }

  const build = () => {
    status = el('output', { role: 'status' })
    pictures = el('ul')
    const picker = el('input', {
      type: 'file', accept: 'image/png,image/jpeg,image/webp', multiple: true, hidden: true,
      onchange() { add(picker.files); picker.value = '' },
    })
    form = el('form', { onsubmit: submit },
      field('title', 'input', { required: true, maxLength: 500, autocomplete: 'off' }),
      field('description', 'textarea', { required: true, rows: 4, maxLength: 9000 }),
      el('div', { className: 'row' },
        choice('type', ['bug', 'ui_issue', 'data_issue', 'performance', 'feature_request', 'other']),
        choice('priority', ['low', 'medium', 'high', 'critical'], 'medium')),
      el('details', {}, el('summary', {}, texts.more),
        ...['steps', 'expected', 'actual'].map(name => field(name, 'textarea', { rows: 2, maxLength: 9000 }))),
      el('div', { className: 'row' },
        field('name', 'input', { autocomplete: 'name', maxLength: 200, defaultValue: options.name || '' }),
        field('email', 'input', { type: 'email', autocomplete: 'email', defaultValue: options.email || '' })),
      el('div', { className: 'trap', ariaHidden: 'true' },
        field('trap', 'input', { tabIndex: -1, autocomplete: 'off' })),
      pictures,
      el('div', { className: 'tools' }, picker, button(texts.files, { onclick: () => picker.click() }),
        navigator.mediaDevices?.getDisplayMedia && button(texts.capture, { onclick: capture }),
        el('small', {}, texts.hint)),
      el('div', { className: 'end' }, button(texts.cancel, { onclick: () => dialog.close() }),
        el('button', { className: 'main' }, texts.send)))
    dialog = el('dialog', { 'aria-labelledby': 'h', onpaste: event => add(event.clipboardData.files) },
      el('h2', { id: 'h' }, texts.heading || texts.button), form, status)
    opener = button(texts.button, { className: 'main', id: 'open', onclick: () => report() })
    style.replaceSync(css + (options.color ? `:host{--main:${options.color}}` : '') +
      (options.position == 'left' ? '#open{inset-inline:20px auto}' : ''))
    root.adoptedStyleSheets = [style]
    root.replaceChildren(options.button == 'false' ? '' : opener, dialog)
  }

  const report = (given = {}) => {
    if (dialog.open) return
    openedAt = performance.now()
    if (form.hidden) dialog.lastChild.remove()
    form.hidden = false
    say('')
    show()
    if (given.eventId) eventId = given.eventId
    context = { ...context, ...given.context }
    for (const [name, value] of Object.entries(given))
      if (form.elements[name]) form.elements[name].value = value
    dialog.showModal()
    form.elements.title.focus()
  }

  const css = `:host{all:initial;--main:#1d4ed8;font:15px/1.4 system-ui,sans-serif;color-scheme:light dark}
*{box-sizing:border-box;font:inherit}[hidden]{display:none!important}
button:hover{filter:brightness(1.15)}button{cursor:pointer;padding:8px 14px;border-radius:8px;border:1px solid #8888;background:#8881;color:inherit}
.main{background:var(--main);border-color:#0000;color:#fff;font-weight:600}
:focus-visible{outline:3px solid #60a5fa;outline-offset:2px}
#open{position:fixed;inset-block-end:20px;inset-inline-end:20px;z-index:2147483000;border-radius:99px;padding:10px 18px;box-shadow:0 4px 16px #0004}
dialog{width:min(480px,94vw);max-height:92vh;overflow:auto;padding:24px;border:1px solid #8886;border-radius:14px;background:Canvas;color:CanvasText;box-shadow:0 8px 40px #0006}
dialog::backdrop{background:#0008}
h2{margin:0 0 16px;font-size:20px;font-weight:600}
form,label{display:grid;gap:14px}label{gap:4px;align-content:start}
label span{font-weight:600}i{opacity:.75;font-weight:400}
input,textarea,select{width:100%;padding:8px 10px;border-radius:8px;border:1px solid #808590;background:#8881;color:inherit}
textarea{resize:vertical}

.row{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px}
.trap{position:absolute;inset-inline-start:-9999px}
.tools,.end,ul{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:0;padding:0;list-style:none}
.end{justify-content:end}ul:empty{display:none}
li{position:relative}li button{position:absolute;inset:2px 2px auto auto;padding:2px 8px;background:#000c;color:#fff}
canvas{display:block;border-radius:8px;border:1px solid #8888}
output{display:block;margin-top:14px}output:empty{display:none}output+button{margin-top:14px}
.error{color:light-dark(#b42318,#ffa49b);font-weight:600}
@media(forced-colors:active){button,dialog,input,textarea,select{border:1px solid}}
@media(prefers-reduced-motion:no-preference){dialog[open]{animation:in .15s}@keyframes in{from{opacity:0;translate:0 8px}}}`

  const init = given => {
    Object.assign(texts, given.texts)
    Object.assign(options, given)
    context = { ...context, ...given.context }
    build()
  }
  const parse = name => JSON.parse(options[name] || '{}')
  window.Tocsin = { init, report, close: () => dialog.close() }
  init({ texts: parse('texts'), context: parse('context') })
  const attach = () => document.body.append(host)
  document.body ? attach() : addEventListener('DOMContentLoaded', attach)
})()
