/// How much the book of policies holds, whatever other domains do to fill it.
struct BookBounds: Sendable {
    /// Of all policies' texts; those that mail was sent under longest ago go first.
    var policies = 64 << 20
    /// Of what is counted for one domain and day: beyond, failures lose their details, at twice as much nothing is counted.
    var day = 256 << 10
    /// Rows of it, in the same way.
    var dayRows = 200
    /// Of the whole file: nothing new is counted beyond.
    var file = 256 << 20
}
