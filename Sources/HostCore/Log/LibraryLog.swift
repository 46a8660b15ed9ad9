internal import Logging

/// Brings the lines of libraries that log through swift-log into ours.
///
/// The metadata keys `id` and `plugin` name the connection and the plugin; the others become fields, in order of their names.
struct LibraryLog: LogHandler {
    private let sink: LogSink
    private let label: String
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level

    init(_ label: String, sink: LogSink) {
        self.label = label
        self.sink = sink
        logLevel = sink.level.libraries
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let level = LogLevel(event.level)
        guard sink.isEnabled(level) else { return }
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        let id = all.removeValue(forKey: "id").map { "\($0)" }
        let plugin = all.removeValue(forKey: "plugin").map { "\($0)" }
        var fields = all.sorted { $0.key < $1.key }.map { ($0.key, LogValue.text("\($0.value)")) }
        if let error = event.error { fields.append(("error", .text("\(error)"))) }
        sink.write(LogLine(level, "\(event.message)", id: id, plugin: plugin ?? label, fields))
    }
}
