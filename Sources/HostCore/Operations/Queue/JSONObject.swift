/// An object for a program to read, on one line.
struct JSONObject {
    private var text = LogText()
    private var isEmpty = true

    init() { text.mark("{") }

    /// Nothing is `null`.
    mutating func add(_ key: String, _ value: String?) {
        begin(key)
        if let value { text.json(value.utf8.span) } else { text.raw("null") }
    }

    mutating func add(_ key: String, _ value: Int) {
        begin(key)
        text.number(Int64(value))
    }

    mutating func add(_ key: String, _ value: Bool) {
        begin(key)
        text.raw(value ? "true" : "false")
    }

    mutating func add(_ key: String, _ objects: [JSONObject]) {
        begin(key)
        text.raw("[" + objects.map(\.line).joined(separator: ",") + "]")
    }

    mutating func add(_ key: String, _ texts: [String]) {
        begin(key)
        text.mark("[")
        for (place, value) in texts.enumerated() {
            if place > 0 { text.mark(",") }
            text.json(value.utf8.span)
        }
        text.mark("]")
    }

    mutating func add(_ key: String, _ object: JSONObject) {
        begin(key)
        text.raw(object.line)
    }

    private mutating func begin(_ key: String) {
        if !isEmpty { text.mark(",") }
        isEmpty = false
        text.json(key.utf8.span)
        text.mark(":")
    }

    var line: String { String(decoding: text.bytes, as: UTF8.self) + "}" }
}
