/// The host's own times; tests shorten them.
struct Timings: Sendable {
    /// For `dlopen`, `create`, `start` and `reconfigure`, each.
    var creation = Duration.seconds(30)
    /// How long a generation that nobody uses may go on with what it has under way.
    var drain = Duration.seconds(30)
    /// How long an open breaker waits before it tries one call.
    var breakerRest = Duration.seconds(30)
    /// A hook that is to return at once has overrun when it took longer.
    var inlineLimit = Duration.milliseconds(50)
    /// After so many overruns it runs on the lane.
    var inlineOverruns = 3
}
