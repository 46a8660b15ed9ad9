import PluginABI
import Synchronization

@testable import PluginKit

/// The other side of the fake host's one connection.
@safe struct FakeNet {
    var event: (@convention(c) (UnsafeMutableRawPointer?, hk_conn, Int32, hk_str) -> Void)?
    var ud: UnsafeMutableRawPointer?
    /// What the plugin did, in order.
    var done: [String] = []
    /// What the next writes answer; HK_OK behind them.
    var writes: [Int32] = []
    var connectAnswer: Int32 = 0
    var isGranted = true

    static var table: hk_ext_net {
        var table = hk_ext_net()
        unsafe table.connect = { context, address, flags, timeout, event, ud, out in
            let text = unsafe "connect \(String(address)) \(flags) \(timeout)"
            return unsafe FakeHost.of(context).note { record in
                record.net.done.append(text)
                guard record.net.connectAnswer == 0 else { return record.net.connectAnswer }
                unsafe record.net.event = event
                unsafe record.net.ud = ud
                unsafe out?.pointee = 77
                return 0
            }
        }
        unsafe table.write = { context, token, data in
            let text = unsafe String(data)
            return unsafe FakeHost.of(context).note { record in
                let answer = record.net.writes.isEmpty ? 0 : record.net.writes.removeFirst()
                record.net.done.append("write \(text) \(token) \(answer)")
                return answer
            }
        }
        unsafe table.start_tls = { context, _, name, flags in
            let text = unsafe "tls \(name.ptr == nil ? "-" : String(name)) \(flags)"
            return unsafe FakeHost.of(context).note { record in
                record.net.done.append(text)
                return 0
            }
        }
        unsafe table.pause = { context, _, on in
            unsafe FakeHost.of(context).note { record in
                record.net.done.append("pause \(on)")
                return 0
            }
        }
        unsafe table.close = { context, _ in
            unsafe FakeHost.of(context).note { record in
                record.net.done.append("close")
                return 0
            }
        }
        return table
    }
}

extension FakeHost {
    static func of(_ context: UnsafeMutableRawPointer?) -> FakeHost {
        guard let context = unsafe context else { preconditionFailure("the plugin lost the host's context") }
        return unsafe Unmanaged<FakeHost>.fromOpaque(context).takeUnretainedValue()
    }

    /// Shows the plugin an event of its connection, as the lane would.
    func net(_ what: Int, _ text: String = "") {
        let (event, ud) = unsafe record.withLock { unsafe ($0.net.event, $0.net.ud) }
        unsafe text.withView { unsafe event?(ud, 77, Int32(what), $0) }
    }

    /// Waits until the plugin has done that with its connection.
    func untilDone(_ what: String) async { await until { $0.net.done.contains(what) } }
}
