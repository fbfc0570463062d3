//! What the parts of the host in JavaScript need for texts, addresses and random numbers.

use boa_engine::builtins::array_buffer::AlignedVec;
use boa_engine::object::builtins::{JsArray, JsArrayBuffer};
use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsValue};
use url::{Url, form_urlencoded, quirks};

/// `(text)`: returns a buffer with the text in UTF-8.
pub(super) fn encode(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    buffer(text.as_bytes(), context)
}

/// `(buffer, fatal, stream)`: returns the text and the number of bytes that were decoded, or undefined for invalid bytes
/// if `fatal` is set. A character that is incomplete at the end is decoded only without `stream`.
pub(super) fn decode(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = args.get_or_undefined(0).as_object().ok_or_else(JsNativeError::typ)?;
    let (fatal, stream) = (args.get_or_undefined(1).to_boolean(), args.get_or_undefined(2).to_boolean());
    let source = JsArrayBuffer::from_object(object)?;
    let bytes = source.data().map(|data| data.to_vec()).unwrap_or_default();
    let incomplete = bytes.utf8_chunks().last().map_or(0, |chunk| match std::str::from_utf8(chunk.invalid()) {
        Err(error) if error.error_len().is_none() => chunk.invalid().len(),
        _ => 0,
    });
    let end = if stream { bytes.len() - incomplete } else { bytes.len() };
    let decoded = bytes.get(..end).unwrap_or_default();
    if fatal && std::str::from_utf8(decoded).is_err() {
        return Ok(JsValue::undefined());
    }
    let text = JsString::from(&*String::from_utf8_lossy(decoded));
    Ok(JsArray::from_iter([text.into(), JsValue::from(end)], context).into())
}

/// `(length)`: returns a buffer of random bytes.
pub(super) fn random(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let mut bytes = vec![0; args.get_or_undefined(0).to_u32(context)? as usize];
    getrandom::fill(&mut bytes).map_err(|error| JsNativeError::error().with_message(error.to_string()))?;
    buffer(&bytes, context)
}

/// `(buffer)`: detaches the buffer from its bytes.
pub(super) fn detach(args: &[JsValue]) -> JsResult<JsValue> {
    let object = args.get_or_undefined(0).as_object().ok_or_else(JsNativeError::typ)?;
    JsArrayBuffer::from_object(object)?.detach(&JsValue::undefined())?;
    Ok(JsValue::undefined())
}

/// `(buffer)`: returns a buffer with the bytes of this one, which is detached.
pub(super) fn transfer(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = args.get_or_undefined(0).as_object().ok_or_else(JsNativeError::typ)?;
    let bytes = JsArrayBuffer::from_object(object)?.detach(&JsValue::undefined())?;
    Ok(JsArrayBuffer::from_byte_block(bytes, context)?.into())
}

/// `(buffer)`: returns whether the buffer is detached.
pub(super) fn is_detached(args: &[JsValue]) -> JsResult<JsValue> {
    let object = args.get_or_undefined(0).as_object().ok_or_else(JsNativeError::typ)?;
    Ok(JsArrayBuffer::from_object(object)?.data().is_none().into())
}

fn buffer(bytes: &[u8], context: &mut Context) -> JsResult<JsValue> {
    Ok(JsArrayBuffer::from_byte_block(AlignedVec::from_slice(0, bytes), context)?.into())
}

/// `(url, base)`: returns the parts of a URL, or undefined if it is invalid.
pub(super) fn parse_url(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let base = args.get_or_undefined(1);
    let base = match base.is_undefined() {
        true => Ok(None),
        false => Url::parse(&base.to_string(context)?.to_std_string_lossy()).map(Some),
    };
    let url = base.and_then(|base| Url::options().base_url(base.as_ref()).parse(&text));
    Ok(url.map_or_else(|_| JsValue::undefined(), |url| parts(&url, context)))
}

/// `(url, part, value)`: returns the parts of the URL after a change, or undefined if the value is invalid.
pub(super) fn set_url(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let mut texts = Vec::new();
    for index in 0..3 {
        texts.push(args.get_or_undefined(index).to_string(context)?.to_std_string_lossy());
    }
    let [href, part, value] = texts.as_slice() else { return Ok(JsValue::undefined()) };
    let Ok(mut url) = Url::parse(href) else { return Ok(JsValue::undefined()) };
    let set = match part.as_str() {
        "protocol" => quirks::set_protocol(&mut url, value),
        "username" => quirks::set_username(&mut url, value),
        "password" => quirks::set_password(&mut url, value),
        "host" => quirks::set_host(&mut url, value),
        "hostname" => quirks::set_hostname(&mut url, value),
        "port" => quirks::set_port(&mut url, value),
        "pathname" => {
            quirks::set_pathname(&mut url, value);
            Ok(())
        }
        "search" => {
            quirks::set_search(&mut url, value);
            Ok(())
        }
        _ => {
            quirks::set_hash(&mut url, value);
            Ok(())
        }
    };
    Ok(set.map_or_else(|()| JsValue::undefined(), |()| parts(&url, context)))
}

fn parts(url: &Url, context: &mut Context) -> JsValue {
    let origin = quirks::origin(url);
    let parts = [
        quirks::href(url),
        &origin,
        quirks::protocol(url),
        quirks::username(url),
        quirks::password(url),
        quirks::host(url),
        quirks::hostname(url),
        quirks::port(url),
        quirks::pathname(url),
        quirks::search(url),
        quirks::hash(url),
    ];
    JsArray::from_iter(parts.map(|part| JsString::from(part).into()), context).into()
}

/// `(text)`: returns the names and values of an `application/x-www-form-urlencoded` text in turns.
pub(super) fn parse_form(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let pairs = form_urlencoded::parse(text.as_bytes());
    let texts: Vec<JsValue> =
        pairs.flat_map(|(name, value)| [name, value]).map(|text| JsString::from(&*text).into()).collect();
    Ok(JsArray::from_iter(texts, context).into())
}

/// `(array)`: returns the text of names and values in turns.
pub(super) fn serialize_form(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let array = args.get_or_undefined(0).as_object().ok_or_else(JsNativeError::typ)?;
    let length = array.get(JsString::from("length"), context)?.to_u32(context)?;
    let mut serializer = form_urlencoded::Serializer::new(String::new());
    for index in (0..length).step_by(2) {
        let name = array.get(index, context)?.to_string(context)?.to_std_string_lossy();
        let value = array.get(index + 1, context)?.to_string(context)?.to_std_string_lossy();
        serializer.append_pair(&name, &value);
    }
    Ok(JsString::from(serializer.finish()).into())
}
