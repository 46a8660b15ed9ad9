extension ConfigValue {
    /// The value as JSON on one line.
    public var json: String { JSONWriter.text(of: self) }

    /// Reads one JSON value; nil when the text is none.
    public init?(json: String) {
        guard let node = try? JSONReader.read(json, path: "", isShipped: false) else { return nil }
        self = node.value
    }
}
