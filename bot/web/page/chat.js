/* The talk between a resident and the assistant. ES2019, so that old phones can run it.
   The talk in this browser's storage is the truth; what is on screen follows it (sync). */
(function () {
  'use strict';

  const TALK = 'toso.talk';
  const LARGE = 'toso.large';
  const KEPT_MESSAGES = 200;
  const KEPT_EVENTS = 500;
  const TRIES = 3;
  const PAUSES = [1000, 3000];
  const TOO_LONG = 30000;
  const LISTEN_AGAIN = 60000;
  const NOTICEABLE = 400;

  const root = document.documentElement;
  const words = document.body.dataset;
  const header = document.querySelector('.top');
  const log = byId('log');
  const list = byId('talk');
  const box = byId('text');
  const nodes = new Map();

  function byId(id) {
    return document.getElementById(id);
  }

  // --- What is kept on this device ---------------------------------------------------------

  let memory = nothing();
  let storable = true;

  function nothing() {
    return { talk: [], queue: [], heard: [] };
  }

  function load() {
    if (!storable) return memory;
    try {
      memory = Object.assign(nothing(), JSON.parse(localStorage.getItem(TALK)));
    } catch (error) {
      storable = false; // private mode, or not ours to read: this visit works from memory
    }
    return memory;
  }

  function save(state) {
    memory = state;
    try {
      localStorage.setItem(TALK, JSON.stringify(state));
    } catch (error) {
      storable = false;
    }
  }

  function change(edit) {
    const state = load();
    edit(state);
    state.talk = state.talk.slice(-KEPT_MESSAGES);
    state.heard = state.heard.slice(-KEPT_EVENTS);
    save(state);
    sync();
  }

  function addAnswer(state, key, message) {
    state.talk.push({
      key: key,
      who: 'bot',
      lang: root.lang,
      text: String(message.text || ''),
      options: message.options || [],
      attachment: message.attachment || null
    });
  }

  // --- What is on screen -------------------------------------------------------------------

  function sync() {
    const talk = memory.talk;
    const keys = new Set(talk.map(function (entry) { return entry.key; }));
    nodes.forEach(function (node, key) {
      if (keys.has(key)) return;
      node.remove();
      nodes.delete(key);
    });
    talk.forEach(function (entry) {
      if (nodes.has(entry.key)) return;
      nodes.set(entry.key, draw(entry));
      list.append(nodes.get(entry.key));
    });
    markOpen(talk);
    byId('clear').hidden = talk.length === 0;
  }

  // The newest offer nobody has answered yet stands out; older ones still work.
  function markOpen(talk) {
    list.querySelectorAll('.open').forEach(function (node) { node.classList.remove('open'); });
    for (let at = talk.length - 1; at >= 0 && talk[at].who === 'bot'; at -= 1) {
      if (talk[at].options.length) {
        nodes.get(talk[at].key).classList.add('open');
        return;
      }
    }
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function draw(entry) {
    const bot = entry.who === 'bot';
    const item = element('li', entry.who);
    const bubble = element('div', 'bubble');
    if (bot) bubble.tabIndex = -1;
    if (bot && entry.lang && entry.lang !== root.lang) item.lang = entry.lang;
    bubble.append(element('span', 'unseen', (bot ? words.assistant : words.you) + ' '));
    bubble.append(bot ? richText(entry.text) : element('div', 'text', entry.text));
    if (bot && entry.attachment) bubble.append(drawAttachment(entry.attachment));
    item.append(bubble);
    if (bot && entry.options.length) item.append(drawOptions(entry.options));
    return item;
  }

  function drawOptions(options) {
    const group = element('div', 'options');
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', words.options);
    options.forEach(function (option) {
      const button = element('button', 'option', option.label);
      button.type = 'button';
      button.value = option.value;
      group.append(button);
    });
    return group;
  }

  function drawAttachment(attachment) {
    const place = element('p', 'attachment');
    const image = attachment.kind === 'image';
    const name = image ? attachment.name : words.download + ' ' + attachment.name;
    const link = linkTo(attachment.url, name);
    place.append(link || attachment.name);
    if (link && image) {
      const picture = element('img');
      picture.alt = attachment.name;
      picture.src = link.href;
      link.textContent = '';
      link.append(picture);
    }
    return place;
  }

  // Paragraphs as paragraphs; the first line of a message of several lines is its title.
  function richText(text) {
    const place = element('div', 'text');
    const paragraphs = text.trim().split(/\n\s*\n/);
    paragraphs.forEach(function (paragraph, at) {
      const lines = paragraph.split('\n');
      const part = element('p');
      if (at === 0 && text.trim().indexOf('\n') > 0) {
        const first = element('span', 'first');
        first.append.apply(first, withLinks(lines.shift()));
        part.append(first, lines.length ? '\n' : '');
      }
      part.append.apply(part, withLinks(lines.join('\n')));
      place.append(at ? '\n\n' : '', part);
    });
    return place;
  }

  // Full addresses, and bare ones of the government only: an address that merely begins like
  // one (dichvucong.gov.vn.example.com) or hides in an e-mail address stays plain text.
  function withLinks(text) {
    const address = /https?:\/\/[^\s<>"“”]+|(?:[a-z0-9-]+\.)+gov\.vn(?![\w@-]|\.\w)(?:\/[^\s<>"“”]*)?/gi;
    const parts = [];
    let done = 0;
    for (let found = address.exec(text); found; found = address.exec(text)) {
      const shown = found[0].replace(/[.,;:!?)\]}'’»…]+$/, '');
      const full = /^https?:/i.test(shown);
      const inside = !full && /[\w@.\/-]/.test(text.charAt(found.index - 1));
      const link = inside ? null : linkTo(full ? shown : 'https://' + shown, shown);
      if (!link) continue;
      parts.push(text.slice(done, found.index), link);
      done = found.index + shown.length;
    }
    parts.push(text.slice(done));
    return parts;
  }

  function linkTo(address, shown) {
    const link = element('a', '', shown);
    link.href = address;
    if (!/^https?:$/.test(link.protocol)) return null;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.setAttribute('aria-label', shown + ' ' + words.newTab);
    return link;
  }

  // --- Where the eye and the focus go ------------------------------------------------------

  function glide() {
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    return still ? 'auto' : 'smooth';
  }

  function toEnd() {
    window.scrollTo({ top: document.body.scrollHeight, behavior: glide() });
  }

  function atEnd() {
    return window.innerHeight * 1.3 + window.pageYOffset > document.body.scrollHeight;
  }

  function reveal(node, behavior) {
    if (node) node.scrollIntoView({ block: 'start', behavior: behavior });
  }

  function newest() {
    const answers = list.querySelectorAll('.bot');
    return answers[answers.length - 1];
  }

  // Scrolling must stop short of what is fixed at the top and the bottom.
  function measure() {
    const style = getComputedStyle(header);
    const fixed = style.position === 'sticky' || style.position === '-webkit-sticky';
    const top = fixed ? header.offsetHeight + (parseFloat(style.top) || 0) : 0;
    root.style.scrollPaddingTop = top + 12 + 'px';
    root.style.scrollPaddingBottom = byId('composer').offsetHeight + 12 + 'px';
  }

  // The languages scroll away on narrow screens; a keyboard user who reaches them sees them.
  function showLanguages() {
    header.classList.toggle('whole', header.querySelector('nav').contains(document.activeElement));
  }

  // The talk itself changes its language too; the queue outlives the change of page.
  function changeLanguage(event) {
    const link = event.target.closest('a[hreflang]');
    if (link && load().talk.length) send({ choose: 'lang:' + link.hreflang });
  }

  // --- Sending -----------------------------------------------------------------------------

  let busy = false; // a post is under way, or will be tried again by itself
  let underWay = null;
  let soon = 0;

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, function (byte) {
      return ('0' + byte.toString(16)).slice(-2);
    }).join('');
  }

  function send(what, shown) {
    const post = Object.assign({ id: newId() }, what);
    change(function (state) {
      state.queue.push(post);
      if (shown) state.talk.push({ key: post.id, who: 'me', text: shown, options: [] });
    });
    if (shown) toEnd();
    pump();
  }

  function queued(post) {
    return load().queue.some(function (other) { return other.id === post.id; });
  }

  async function pump() {
    if (busy) return;
    busy = true;
    try {
      let post = load().queue[0];
      while (post && await deliver(post)) post = load().queue[0];
      if (!post) show('');
    } finally {
      busy = false;
    }
  }

  // True when the post is settled; false when the resident has to say "send again".
  async function deliver(post) {
    for (let tried = 0; tried < TRIES; tried += 1) {
      show(tried ? 'resending' : 'answering');
      const messages = await ask(post);
      if (!queued(post)) return true; // cleared meanwhile, or answered in another tab
      if (messages) {
        accept(post, messages);
        return true;
      }
      if (!navigator.onLine) break;
      if (tried < PAUSES.length) {
        show('resending');
        await pause(PAUSES[tried]);
      }
    }
    show('failed');
    return false;
  }

  function pause(milliseconds) {
    return new Promise(function (done) { setTimeout(done, milliseconds); });
  }

  // The messages of the answer, or null when it is worth trying again.
  async function ask(post) {
    underWay = new AbortController();
    const timer = setTimeout(underWay.abort.bind(underWay), TOO_LONG);
    try {
      const response = await fetch('/api/chat?lang=' + root.lang, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(post),
        signal: underWay.signal
      });
      if (response.status >= 500) return null;
      if (!response.ok) return [{ text: await reason(response) }];
      const messages = (await response.json()).messages;
      return Array.isArray(messages) ? messages : null;
    } catch (error) {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async function reason(response) {
    try {
      return (await response.json()).error || words.refused;
    } catch (error) {
      return words.refused;
    }
  }

  function accept(post, messages) {
    change(function (state) {
      state.queue = state.queue.filter(function (other) { return other.id !== post.id; });
      messages.forEach(function (message, at) { addAnswer(state, post.id + '.' + at, message); });
    });
    show('');
    if (isStart(post)) forgetPayload();
    const answer = nodes.get(post.id + '.0');
    if (answer && post.choose) answer.querySelector('.bubble').focus({ preventScroll: true });
    reveal(answer, isStart(post) ? 'auto' : glide());
    listen();
  }

  function show(what) {
    clearTimeout(soon);
    byId('state').className = 'state ' + what;
    byId('again').hidden = what !== 'failed';
    const text = what === 'failed' && !navigator.onLine ? '' : words[what] || '';
    if (what === 'answering') { // a quick answer needs no notice
      say('');
      soon = setTimeout(function () { say(text); toEnd(); }, NOTICEABLE);
    } else {
      say(text);
      if (what) toEnd();
    }
  }

  function say(text) {
    byId('status').textContent = text;
  }

  function connection() {
    byId('banner').textContent = navigator.onLine ? '' : words.offline;
    if (navigator.onLine) pump();
  }

  // --- Messages that come by themselves ------------------------------------------------------

  let events = null;

  function listen() {
    if (events || !window.EventSource) return;
    events = new EventSource('/api/events');
    events.addEventListener('message', hear);
    events.addEventListener('error', function () {
      if (!events || events.readyState !== EventSource.CLOSED) return;
      events = null;
      setTimeout(listen, LISTEN_AGAIN);
    });
  }

  function hear(event) {
    const message = JSON.parse(event.data);
    const near = atEnd();
    let isNew = false;
    change(function (state) {
      isNew = state.heard.indexOf(event.lastEventId) < 0;
      if (!isNew) return;
      state.heard.push(event.lastEventId);
      addAnswer(state, 'event.' + event.lastEventId, message);
    });
    if (!isNew) return;
    if (near) reveal(newest(), glide());
    else byId('fresh').hidden = false;
  }

  // --- What the resident does ----------------------------------------------------------------

  function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    box.focus();
    if (!text) return;
    box.value = '';
    grow();
    send({ text: text }, text);
  }

  function enter(event) {
    const composing = event.isComposing || event.keyCode === 229; // Telex and VNI write with Enter too
    if (event.key === 'Enter' && !event.shiftKey && !composing) submit(event);
  }

  function grow() {
    box.style.height = 'auto';
    box.style.height = box.scrollHeight + 2 + 'px';
  }

  function press(event) {
    const button = event.target.closest('.option');
    if (!button || busy || event.detail > 1) return; // a double tap is one press
    const queue = load().queue;
    const last = queue[queue.length - 1];
    if (last && last.choose === button.value) pump();
    else send({ choose: button.value }, button.textContent);
  }

  // Buttons that vanish when pressed hand the focus on, so that it is never lost.
  function sendAgain() {
    log.focus({ preventScroll: true });
    pump();
  }

  function showFresh() {
    newest().querySelector('.bubble').focus({ preventScroll: true });
    byId('fresh').hidden = true;
    reveal(newest(), glide());
  }

  function setLarge(large) {
    root.classList.toggle('large', large);
    byId('large').setAttribute('aria-pressed', String(large));
    grow();
    measure();
  }

  function switchLarge() {
    const large = !root.classList.contains('large');
    const seen = Array.from(list.children).find(function (item) {
      return item.getBoundingClientRect().bottom > header.getBoundingClientRect().bottom;
    });
    const before = seen ? seen.getBoundingClientRect().top : 0;
    setLarge(large);
    if (seen) window.scrollBy(0, seen.getBoundingClientRect().top - before);
    try {
      localStorage.setItem(LARGE, large ? '1' : '0');
    } catch (error) { /* private mode: large for this visit */ }
  }

  function wasLarge() {
    try {
      return localStorage.getItem(LARGE) === '1';
    } catch (error) {
      return false;
    }
  }

  function askToClear() {
    if (byId('sure').showModal) byId('sure').showModal();
    else if (window.confirm(byId('sure-text').textContent)) clearTalk();
  }

  function clearTalk() {
    if (byId('sure').open) byId('sure').close();
    change(function (state) {
      state.talk = [];
      state.queue = [];
    });
    if (underWay) underWay.abort();
    log.focus({ preventScroll: true });
    send({ text: '/start' });
  }

  // --- Beginning -----------------------------------------------------------------------------

  function isStart(post) {
    return /^\/start\b/.test(post.text || '');
  }

  function startText() {
    const payload = new URLSearchParams(location.search).get('start');
    return payload === null ? '' : ('/start ' + payload).trim();
  }

  function forgetPayload() {
    const address = new URL(location.href);
    if (!address.searchParams.has('start')) return;
    address.searchParams.delete('start');
    history.replaceState(null, '', address.pathname + address.search);
  }

  function begin() {
    const state = load();
    const text = startText() || (state.talk.length ? '' : '/start');
    const already = state.queue.some(function (post) { return post.text === text; });
    if (text && !already) send({ text: text });
    else pump();
    if (state.talk.some(function (entry) { return entry.who === 'bot'; })) listen();
  }

  function follow() {
    load();
    sync();
  }

  function on(id, type, action) {
    byId(id).addEventListener(type, action);
  }

  function wire() {
    on('form', 'submit', submit);
    on('text', 'keydown', enter);
    on('text', 'input', grow);
    on('talk', 'click', press);
    header.querySelector('nav').addEventListener('click', changeLanguage);
    on('large', 'click', switchLarge);
    on('again', 'click', sendAgain);
    on('clear', 'click', askToClear);
    on('erase', 'click', clearTalk);
    on('keep', 'click', function () { byId('sure').close(); });
    on('fresh', 'click', showFresh);
    document.addEventListener('focusin', showLanguages);
    window.addEventListener('scroll', function () { if (atEnd()) byId('fresh').hidden = true; }, { passive: true });
    window.addEventListener('resize', measure);
    window.addEventListener('online', connection);
    window.addEventListener('offline', connection);
    window.addEventListener('pageshow', connection);
    window.addEventListener('storage', follow);
    document.addEventListener('visibilitychange', function () { if (!document.hidden) pump(); });
    if (window.ResizeObserver) new ResizeObserver(measure).observe(byId('composer'));
  }

  root.classList.add('js');
  if ('scrollRestoration' in history) history.scrollRestoration = 'manual';
  setLarge(wasLarge());
  try {
    follow();
  } catch (error) {
    save(nothing()); // a talk that cannot be shown must not keep the page from working
  }
  reveal(newest(), 'auto');
  wire();
  // Only what comes from now on is read out, not the whole kept talk.
  setTimeout(function () { log.setAttribute('aria-live', 'polite'); begin(); }, 0);
})();
