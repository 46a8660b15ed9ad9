/// What XCLIENT can say of a client, in the order of the EHLO line.
enum Attribute: String, CaseIterable {
    case name = "NAME"
    case address = "ADDR"
    case port = "PORT"
    case dialect = "PROTO"
    case hello = "HELO"
    case login = "LOGIN"
    case destinationAddress = "DESTADDR"
    case destinationPort = "DESTPORT"
}
