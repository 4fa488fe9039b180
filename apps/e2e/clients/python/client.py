"""The stock SDK for Python, driven by lines of JSON: one request per line in, one answer out."""

import json
import sys
import time

import openai


def client_of(to):
    more = {} if to.get("maxRetries") is None else {"max_retries": to["maxRetries"]}
    return openai.OpenAI(
        base_url=to["baseURL"],
        api_key=to["apiKey"],
        default_headers=to.get("headers"),
        **more,
    )


def ask(to, model, content, **more):
    if to.get("wait") is not None:
        more["extra_body"] = {"wait": to["wait"]}
    return client_of(to).chat.completions.create(
        model=model, messages=[{"role": "user", "content": content}], **more
    )


def text_of(completion):
    return completion.choices[0].message.content


def plain(to, model, inputs):
    return text_of(ask(to, model, inputs["prompt"]))


def tools(to, model, inputs):
    tool = inputs["tool"]
    offer = [{"type": "function", "function": tool["function"]}]
    first = ask(to, model, inputs["prompt"], tools=offer, tool_choice="required")
    message = first.choices[0].message
    call = message.tool_calls[0]
    messages = [
        {"role": "user", "content": inputs["prompt"]},
        message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": tool["result"]},
    ]
    last = client_of(to).chat.completions.create(model=model, messages=messages, tools=offer)
    return {"called": json.loads(call.function.arguments), "text": text_of(last)}


def json_output(to, model, inputs):
    return json.loads(
        text_of(ask(to, model, inputs["prompt"], response_format=inputs["response_format"]))
    )


def image(to, model, inputs):
    return text_of(
        ask(
            to,
            model,
            [
                {"type": "text", "text": inputs["prompt"]},
                {"type": "image_url", "image_url": {"url": inputs["image"]}},
            ],
        )
    )


def responses(to, model, inputs):
    return client_of(to).responses.create(model=model, input=inputs["prompt"]).output_text


def embeddings(to, model, inputs):
    answer = client_of(to).embeddings.create(model=model, input=inputs["texts"])
    return [entry.embedding for entry in answer.data]


def stream(to, model, inputs):
    chunks = ask(to, model, inputs["prompt"], stream=True)
    return "".join(
        chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices
    )


def submit(to, model, inputs):
    return ask(to, model, inputs["prompt"]).id


def poll(to, request_id, inputs):
    while True:
        raw = client_of(to).chat.completions.with_raw_response.retrieve(request_id)
        if raw.status_code == 200:
            return text_of(raw.parse())
        time.sleep(int(raw.headers.get("openai-poll-after-ms", "1000")) / 1000)


CALLS = {
    "plain": plain,
    "tools": tools,
    "json": json_output,
    "image": image,
    "responses": responses,
    "embeddings": embeddings,
    "stream": stream,
    "submit": submit,
    "poll": poll,
}


def main():
    print(json.dumps({"version": openai.__version__}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            call = CALLS[asked["call"]]
            answer = {"value": call(asked["to"], asked["what"], asked["inputs"])}
        except Exception as error:
            answer = {
                "failure": {
                    "status": getattr(error, "status_code", None),
                    "code": getattr(error, "code", None),
                    "message": str(error),
                }
            }
        print(json.dumps(answer), flush=True)


main()
