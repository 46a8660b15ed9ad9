internal import Mail

/// What other threads leave for a connection's loop.
struct CourierInbox {
    /// A message that was given.
    struct Delivery {
        let envelope: Envelope
        let source: any MessageSource
    }

    /// A part of the message that was read; nil where that has failed.
    struct Piece {
        /// Of the reading that has asked for it.
        let number: UInt64
        let bytes: [UInt8]?
    }

    var delivery: Delivery?
    var piece: Piece?
    var isQuitting = false
    var isAbandoned = false
    /// Until the host is ready again.
    var isBusy = false
    var isConnected = false
    var isOver = false
}
