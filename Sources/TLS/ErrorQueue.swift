internal import COpenSSL

/// OpenSSL's errors of the calling thread.
enum ErrorQueue {
    /// Must come before each call whose result `SSL_get_error` explains.
    static func clear() { ERR_clear_error() }

    /// Empties the queue and gives its most telling code: the first of libssl, else the first.
    static func take() -> UInt {
        var first: UInt = 0
        var telling: UInt = 0
        while true {
            let code = ERR_get_error()
            if code == 0 { return telling != 0 ? telling : first }
            if first == 0 { first = code }
            if telling == 0, isSSL(code) { telling = code }
        }
    }

    static func isSSL(_ code: UInt) -> Bool { ERR_GET_LIB(code) == ERR_LIB_SSL }
    static func reason(_ code: UInt) -> Int32 { ERR_GET_REASON(code) }

    static func text(_ code: UInt) -> String {
        guard let text = unsafe ERR_reason_error_string(code) else { return "an unknown fault of OpenSSL" }
        return unsafe String(cString: text)
    }
}
