// Pages that were opened from a folder may start no worker, and the search is one. There its script
// runs in a hidden frame, which is asked and answers as a worker does.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.onmessage = null;
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      this.inner = this.frame.contentWindow;
      this.inner.postMessage = (data) => {
        const event = new MessageEvent("message", { data: structuredClone(data) });
        setTimeout(() => {
          this.onmessage?.(event);
          this.dispatchEvent(event);
        });
      };
      const script = this.inner.document.createElement("script");
      script.src = url;
      script.onload = () => {
        const waiting = this.waiting;
        this.waiting = null;
        waiting.forEach((data) => this.hand(data));
      };
      this.inner.document.body.append(script);
    }

    hand(data) {
      this.inner.dispatchEvent(new MessageEvent("message", { data }));
    }

    postMessage(data) {
      const copy = structuredClone(data);
      if (this.waiting) this.waiting.push(copy);
      else setTimeout(() => this.hand(copy));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
