/// What one line says of something that has ended, such as a transaction.
///
/// Servers write one for every message, so its fields go straight into the line: no array of them is made.
protocol LogSummary {
    static var message: String { get }
    /// What the line is about.
    var id: String { get }

    /// Goes through the fields in their order.
    func each(_ field: (String, LogValue) -> Void)
}

extension LogSummary {
    var fields: [LogField] {
        var fields: [LogField] = []
        each { fields.append(($0, $1)) }
        return fields
    }
}
