internal import System
internal import Wire

extension Server {
    /// Puts what a configuration says of new connections into force.
    func receive(by configuration: Configuration) {
        let tls = tls
        listeners.apply(configuration.settings.reception { tls.contexts(port: $0) })
    }
}

extension LogSink {
    /// Writes down a connection that came to nothing before it was served.
    func tell(_ incident: Incident) {
        notice(
            "connection refused",
            [
                ("ip", .text(incident.remote.ip ?? "")), ("address", .text("\(incident.local)")),
                ("proxy", .text(incident.proxiedBy.map { "\($0)" } ?? "")), ("reason", .text("\(incident.fault)")),
            ]
        )
    }
}
