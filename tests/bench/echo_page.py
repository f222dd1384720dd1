"""A page that sends the camera's frames back as they come: what the stream alone costs. Run by tests.bench.glass."""

from streamlit_webrtc import WebRtcMode, webrtc_streamer

webrtc_streamer(
    key="echo",
    mode=WebRtcMode.SENDRECV,
    rtc_configuration={"iceServers": []},
    media_stream_constraints={"video": True, "audio": False},
    translations={"start": "Start", "stop": "Stop"},
)
