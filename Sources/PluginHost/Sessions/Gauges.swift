/// How much of what must be given back is out; tests see here that nothing was lost.
enum Gauges {
    static let facts = Gauge()
    static let messages = Gauge()
}
