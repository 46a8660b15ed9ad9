internal import Mail
internal import Outbound

/// What reports to senders depend on beside the mail itself.
struct ReportFacts: Sendable {
    /// This server's name.
    var hostname: String
    /// How long mail waits before its sender is told; nil: nobody is.
    var delayNotice: Duration?
    /// How long it is tried.
    var runner = RunnerSettings()
    /// The administrator's words about mail that comes back; nil: ours.
    var template: ReportTemplate?
    /// A message with more bytes comes back as its header.
    var returnedBytes = 50_000
    /// For {pid} in templates.
    var processID: Int32 = 0
}
